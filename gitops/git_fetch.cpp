#include "gitops/git_fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/diagnostic.h"
#include "gitops/git_credentials.h"
#include "gitops/git_handle.h"
#include "gitops/one_line.h"

namespace infra {
namespace {

namespace fs = std::filesystem;
constexpr const char* kTracking = "refs/remotes/origin/followed";

// The faults of a remote leave the copy alone; the copy's own faults are cured by making it anew.
struct FetchFault {
  Error error;
  bool copy_broken = false;
};
template <class T>
using Fetched = std::variant<T, FetchFault>;

FetchFault of_copy(std::string_view doing) { return {bad_copy(doing), true}; }

Error untrusted_host(const RepoUrl& url) {
  return {.code = "E0812",
          .message = fmt::format("the host of {} can't be trusted: {}", url.shown, redact(git_reason(), url)),
          .help =
              "ssh: add its key to ~/.ssh/known_hosts (ssh-keyscan, compared with the one that the host publishes); "
              "https: install the authority that signed its certificate"};
}

Error refused(const RepoUrl& url) {
  return {.code = "E0803",
          .message = fmt::format("{} refused access: {}", url.shown, redact(git_reason(), url)),
          .help =
              "ssh: load a key into the agent or put it at ~/.ssh/id_ed25519; https: set INFRA_GIT_USERNAME and "
              "INFRA_GIT_PASSWORD"};
}

Error foreign_owner(const RepoUrl& url) {
  return {.code = "E0803",
          .message = fmt::format("{} belongs to another user of this machine", url.shown),
          .help = "if you trust it: git config --global --add safe.directory " + url.fetch};
}

bool mentions(const std::string& text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return text.find(word) != std::string::npos; });
}

Error of_remote(const RepoUrl& url, int status) {
  const std::string reason = git_reason();
  if (status == GIT_EOWNER) return foreign_owner(url);
  if (status == GIT_ECERTIFICATE || mentions(reason, {"certificate", "hostkey", "host key", "known_hosts"})) {
    return untrusted_host(url);
  }
  if (status == GIT_EAUTH || mentions(reason, {"status code: 401", "status code: 403", "authentica"}))
    return refused(url);
  return {.code = "E0802",
          .message = fmt::format("{} can't be reached: {}", url.shown, redact(reason, url)),
          .help = "check the address, the network, and that the repository exists"};
}

Error empty_repository(const RepoUrl& url, const std::string& branch) {
  return {.code = "E0805",
          .message = fmt::format("{} has no commit yet", url.shown),
          .help = fmt::format("push the stack to branch \"{}\"", one_line(branch))};
}

Error no_branch(const RepoUrl& url, const std::string& branch, std::vector<std::string> branches) {
  std::sort(branches.begin(), branches.end());
  const std::string near = did_you_mean(branch, branches);
  std::string known;
  for (std::size_t i = 0; i < branches.size() && i < 8; ++i) known += (i == 0 ? "" : ", ") + one_line(branches[i]);
  if (branches.size() > 8) known += fmt::format(" and {} more", branches.size() - 8);
  return {.code = "E0804",
          .message = fmt::format("{} has no branch \"{}\"", url.shown, one_line(branch)),
          .help = near.empty() ? fmt::format("its branches are: {}", known.empty() ? "none" : known)
                               : fmt::format("did you mean \"{}\"?", one_line(near))};
}

git_remote_callbacks callbacks_of(CredentialAttempts& attempts) {
  git_remote_callbacks callbacks = GIT_REMOTE_CALLBACKS_INIT;
  callbacks.credentials = acquire_credential;
  callbacks.payload = &attempts;
  // No certificate_check: libgit2's own refuses unknown hosts and bad certificates.
  return callbacks;
}

Fetched<git_oid> find_branch(git_remote* remote, const FetchRequest& request) {
  const git_remote_head** heads = nullptr;
  std::size_t count = 0;
  if (const int status = git_remote_ls(&heads, &count, remote); status != 0) {
    return FetchFault{of_remote(request.url, status)};
  }
  if (count == 0) return FetchFault{empty_repository(request.url, request.branch)};
  constexpr std::string_view kHeads = "refs/heads/";
  std::vector<std::string> branches;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view name = heads[i]->name;
    if (!name.starts_with(kHeads)) continue;
    if (name.substr(kHeads.size()) == request.branch) return heads[i]->oid;
    branches.emplace_back(name.substr(kHeads.size()));
  }
  return FetchFault{no_branch(request.url, request.branch, std::move(branches))};
}

bool already_here(git_repository* copy, const git_oid& id) {
  git_oid followed;
  return git_reference_name_to_id(&followed, copy, kTracking) == 0 && git_oid_equal(&followed, &id) != 0;
}

std::optional<FetchFault> download(git_remote* remote, const RepoUrl& url, std::vector<std::string> specs,
                                   const git_remote_callbacks& callbacks) {
  std::vector<char*> pointers;
  for (auto& spec : specs) pointers.push_back(spec.data());
  const git_strarray wanted{.strings = pointers.data(), .count = pointers.size()};
  git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
  options.callbacks = callbacks;
  options.update_fetchhead = 0;  // it would hold the address with its password
  options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
  options.proxy_opts.type = GIT_PROXY_AUTO;
  const int status = git_remote_fetch(remote, &wanted, &options, "fetch");
  if (status == 0) return std::nullopt;
  const int kind = git_reason_class();
  const bool network = kind == GIT_ERROR_NET || kind == GIT_ERROR_SSL || kind == GIT_ERROR_SSH ||
                       kind == GIT_ERROR_HTTP || kind == GIT_ERROR_CALLBACK;
  if (network) return FetchFault{of_remote(url, status)};
  FetchFault fault = of_copy("fetching");
  fault.error.message = redact(std::move(fault.error.message), url);
  return fault;
}

Fetched<Commit> read_commit(git_repository* copy, const git_oid& id) {
  git_commit* raw = nullptr;
  if (git_commit_lookup(&raw, copy, &id) != 0) return of_copy("reading commit " + hex(id));
  const GitHandle<git_commit> commit(raw);
  git_tree* tree = nullptr;
  if (git_commit_tree(&tree, commit.get()) != 0) return of_copy("reading the tree of commit " + hex(id));
  const GitHandle<git_tree> checked(tree);
  const char* summary = git_commit_summary(commit.get());
  return Commit{.id = hex(id), .summary = one_line(summary != nullptr ? summary : "")};
}

// A connection to the repository, for one fetch into the copy.
class Remote {
 public:
  static Fetched<Remote> connect(git_repository* copy, const RepoUrl& url) {
    git_remote* raw = nullptr;
    // Anonymous: a named remote would write the address, with its password, into the copy's config.
    if (git_remote_create_anonymous(&raw, copy, url.fetch.c_str()) != 0) return of_copy("setting up the remote");
    Remote out(raw);
    git_proxy_options proxy = GIT_PROXY_OPTIONS_INIT;
    proxy.type = GIT_PROXY_AUTO;
    const auto callbacks = out.callbacks();
    if (const int status = git_remote_connect(raw, GIT_DIRECTION_FETCH, &callbacks, &proxy, nullptr); status != 0)
      return FetchFault{of_remote(url, status)};
    return out;
  }
  [[nodiscard]] git_remote* get() const { return remote_.get(); }
  [[nodiscard]] git_remote_callbacks callbacks() const { return callbacks_of(*attempts_); }

 private:
  explicit Remote(git_remote* raw) : remote_(raw), attempts_(std::make_unique<CredentialAttempts>()) {}
  GitHandle<git_remote> remote_;
  std::unique_ptr<CredentialAttempts> attempts_;
};

Fetched<Commit> fetch_into(git_repository* copy, const FetchRequest& request) {
  auto connected = Remote::connect(copy, request.url);
  if (auto* fault = std::get_if<FetchFault>(&connected)) return std::move(*fault);
  const auto& remote = std::get<Remote>(connected);
  auto head = find_branch(remote.get(), request);
  if (auto* fault = std::get_if<FetchFault>(&head)) return std::move(*fault);
  const git_oid id = std::get<git_oid>(head);
  if (!already_here(copy, id)) {
    auto spec = fmt::format("+refs/heads/{}:{}", request.branch, kTracking);
    if (auto fault = download(remote.get(), request.url, {std::move(spec)}, remote.callbacks()))
      return std::move(*fault);
  }
  return read_commit(copy, id);
}

// Not every server gives out a commit by its id, so all branches and tags are fetched; the copy keeps them.
Fetched<Commit> fetch_into(git_repository* copy, const CommitRequest& request) {
  auto connected = Remote::connect(copy, request.url);
  if (auto* fault = std::get_if<FetchFault>(&connected)) return std::move(*fault);
  const auto& remote = std::get<Remote>(connected);
  if (auto fault = download(remote.get(), request.url,
                            {"+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"}, remote.callbacks()))
    return std::move(*fault);
  git_oid id;
  git_commit* raw = nullptr;
  if (git_oid_fromstr(&id, request.commit.c_str()) != 0 || git_commit_lookup(&raw, copy, &id) != 0) {
    return FetchFault{{.code = "E0814",
                       .message = fmt::format("{} has no commit {}", request.url.shown, request.commit),
                       .help = "give the id of a commit that a branch or tag of it leads to: git rev-parse NAME"}};
  }
  git_commit_free(raw);
  return read_commit(copy, id);
}

// What a killed fetch left: nobody else removes it, and it can be as large as the repository.
void remove_leftovers(const fs::path& copy) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(copy / "objects" / "pack", failed)) {
    const std::string name = entry.path().filename().string();
    std::error_code ignored;  // one that stays costs space only
    if (name.starts_with("tmp_") || name.find("_git2_") != std::string::npos) fs::remove(entry.path(), ignored);
  }
}

template <class Request>
Fetched<Commit> fetch_into_folder(const std::string& folder, const Request& request, bool make) {
  git_repository* raw = nullptr;
  const int status =
      make ? git_repository_init(&raw, folder.c_str(), 1) : git_repository_open_bare(&raw, folder.c_str());
  if (status != 0) return of_copy(make ? "making it" : "opening it");
  const GitHandle<git_repository> copy(raw);
  return fetch_into(raw, request);
}

// Beside the old copy, which stays until the new one is whole: a remote that is down costs nothing that we have.
template <class Request>
Fetched<Commit> fetch_anew(const Request& request) {
  const std::string fresh = request.copy + ".new";
  std::error_code failed;
  fs::remove_all(fresh, failed);
  fs::create_directories(fs::path(request.copy).parent_path(), failed);
  auto commit = fetch_into_folder(fresh, request, true);
  if (std::holds_alternative<FetchFault>(commit)) {
    fs::remove_all(fresh, failed);
    return commit;
  }
  fs::remove_all(request.copy, failed);
  fs::rename(fresh, request.copy, failed);
  if (!failed) return commit;
  return FetchFault{{.code = "E0806",
                     .message = fmt::format("the folder {} can't be replaced: {}", request.copy, failed.message()),
                     .help = "remove it by hand, and check its permissions and the disk's free space"}};
}

template <class Request>
Fetched<Commit> fetch_anyhow(const Request& request) {
  Fetched<Commit> commit = of_copy("opening it");
  if (std::error_code failed; fs::exists(request.copy, failed)) {
    remove_leftovers(request.copy);
    commit = fetch_into_folder(request.copy, request, false);
  }
  const auto* fault = std::get_if<FetchFault>(&commit);
  return fault != nullptr && fault->copy_broken ? fetch_anew(request) : std::move(commit);
}

}  // namespace

Result<Ok> check_branch_name(const std::string& branch) {
  const GitLibrary library;
  int valid = 0;
  const bool whole = branch.find('\0') == std::string::npos && !branch.empty() && branch.front() != '-';
  if (whole && git_reference_name_is_valid(&valid, ("refs/heads/" + branch).c_str()) == 0 && valid != 0) return Ok{};
  return Error{.code = "E0804",
               .message = fmt::format("\"{}\" can't be the name of a branch", one_line(branch)),
               .help = "give a branch's short name, such as main"};
}

Result<Commit> fetch_branch(const FetchRequest& request) {
  const GitLibrary library;
  auto commit = fetch_anyhow(request);
  if (auto* fault = std::get_if<FetchFault>(&commit)) {
    return std::move(fault->error)
        .during(fmt::format("fetching {} of {}", one_line(request.branch), request.url.shown));
  }
  return std::get<Commit>(std::move(commit));
}

Result<Commit> fetch_commit(const CommitRequest& request) {
  const GitLibrary library;
  auto commit = fetch_anyhow(request);
  if (auto* fault = std::get_if<FetchFault>(&commit)) {
    return std::move(fault->error).during(fmt::format("fetching a module from {}", request.url.shown));
  }
  return std::get<Commit>(std::move(commit));
}

}  // namespace infra
