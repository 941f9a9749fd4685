#include "git/git_fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/text/one_line.h"
#include "git/copy_size.h"
#include "git/git_handle.h"
#include "git/git_remote.h"

namespace infra {
namespace {

namespace fs = std::filesystem;
constexpr const char* kTracking = "refs/remotes/origin/followed";

constexpr std::size_t kMostRefs = 100'000;

// What a remote says that it has.
struct Heads {
  const git_remote_head** all = nullptr;
  std::size_t count = 0;
};

Fetched<Heads> heads_of(const Remote& remote) {
  Heads out;
  if (const int status = git_remote_ls(&out.all, &out.count, remote.get()); status != 0) {
    return FetchFault{remote.fault(status)};
  }
  if (out.count <= kMostRefs) return out;
  return FetchFault{{.code = "E0809",
                     .message = fmt::format("{} has {} branches, tags and other refs, more than the {} that are read",
                                            remote.url().shown, out.count, kMostRefs),
                     .help = "delete those that nobody needs (git push --delete), or follow a mirror that has fewer"}};
}

Fetched<git_oid> find_branch(const Remote& remote, const FetchRequest& request) {
  auto found = heads_of(remote);
  if (auto* fault = std::get_if<FetchFault>(&found)) return std::move(*fault);
  const auto [heads, count] = std::get<Heads>(found);
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

bool is_of_this_machine(int kind) {
  return kind == GIT_ERROR_OS || kind == GIT_ERROR_NOMEMORY || kind == GIT_ERROR_FILESYSTEM;
}

// Can be read what the copy was last seen to hold? A pack that doesn't fit together is the remote's fault only then.
bool is_sound(git_repository* copy) {
  git_oid followed;
  if (git_reference_name_to_id(&followed, copy, kTracking) != 0) return git_repository_is_empty(copy) >= 0;
  return std::holds_alternative<Commit>(read_commit(copy, followed));
}

std::optional<FetchFault> download(git_repository* copy, const Remote& remote, std::vector<std::string> specs,
                                   git_fetch_prune_t prune = GIT_FETCH_NO_PRUNE) {
  std::vector<char*> pointers;
  pointers.reserve(specs.size());
  for (auto& spec : specs) pointers.push_back(spec.data());
  const git_strarray wanted{.strings = pointers.data(), .count = pointers.size()};
  auto options = remote.options();
  options.prune = prune;
  const int status = git_remote_fetch(remote.get(), &wanted, &options, "fetch");
  if (status == 0) return std::nullopt;
  // What libgit2 says last is remembered before the copy is looked at.
  auto of_the_remote = remote.fault(status);
  auto of_the_copy = of_copy("fetching");
  of_the_copy.error.message = redact(std::move(of_the_copy.error.message), remote.url());
  if (is_of_this_machine(git_reason_class())) {
    of_the_copy.copy_broken = false;  // another copy is no better
    of_the_copy.disk_full = disk_is_full();
    return of_the_copy;
  }
  if (!is_sound(copy)) return of_the_copy;
  return FetchFault{std::move(of_the_remote)};
}

// Can all that this commit comes after be read?
bool is_whole(git_repository* copy, const git_oid& id) {
  git_revwalk* walk = nullptr;
  if (git_revwalk_new(&walk, copy) != 0) return false;
  const std::unique_ptr<git_revwalk, decltype(&git_revwalk_free)> owned(walk, git_revwalk_free);
  git_oid next;
  int status = git_revwalk_push(walk, &id);
  while (status == 0) status = git_revwalk_next(&next, walk);
  return status == GIT_ITEROVER;
}

// Does this commit come after `since`? nullopt: the copy is damaged, and doesn't tell. Only where all of the history
// can be read is a commit that isn't in it none that this one could come after.
std::optional<bool> descends(git_repository* copy, const git_oid& id, const std::string& since) {
  git_oid before;
  if (since.empty()) return true;
  if (git_oid_fromstr(&before, since.c_str()) != 0) return false;
  if (git_oid_equal(&id, &before) != 0) return true;
  const int found = git_graph_descendant_of(copy, &id, &before);
  if (found >= 0) return found == 1;
  return is_whole(copy, id) ? std::optional(false) : std::nullopt;
}

// Its address was named by the user.
std::optional<net::Origin> followed_by(const FetchRequest& request) { return origin_of(request.url); }

Fetched<Commit> fetch_into(git_repository* copy, const FetchRequest& request) {
  auto connected = Remote::connect(copy, request.url, followed_by(request));
  if (auto* fault = std::get_if<FetchFault>(&connected)) return std::move(*fault);
  const auto& remote = std::get<Remote>(connected);
  auto head = find_branch(remote, request);
  if (auto* fault = std::get_if<FetchFault>(&head)) return std::move(*fault);
  const git_oid id = std::get<git_oid>(head);
  if (!already_here(copy, id)) {
    auto spec = fmt::format("+refs/heads/{}:{}", request.branch, kTracking);
    if (auto fault = download(copy, remote, {std::move(spec)})) return std::move(*fault);
  }
  auto commit = read_commit(copy, id);
  if (auto* found = std::get_if<Commit>(&commit)) {
    const auto after = descends(copy, id, request.since);
    if (!after) return of_copy("reading the history");
    found->descends = *after;
  }
  return commit;
}

// Not every server gives out a commit by its id, so all branches and tags are fetched; the copy keeps them.
Fetched<Commit> fetch_into(git_repository* copy, const CommitRequest& request) {
  auto connected = Remote::connect(copy, request.url, request.followed);
  if (auto* fault = std::get_if<FetchFault>(&connected)) return std::move(*fault);
  const auto& remote = std::get<Remote>(connected);
  auto heads = heads_of(remote);
  if (auto* fault = std::get_if<FetchFault>(&heads)) return std::move(*fault);
  if (auto fault = download(copy, remote, {"+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"},
                            GIT_FETCH_PRUNE)) {
    return std::move(*fault);
  }
  git_oid id;
  git_commit* raw = nullptr;
  if (git_oid_fromstr(&id, request.commit.c_str()) != 0 || git_commit_lookup(&raw, copy, &id) != 0) {
    return FetchFault{{.code = "E0814",
                       .message = fmt::format("{} has no commit {}", request.url.shown, request.commit),
                       .help = "give the id of a commit that a branch or tag of it leads to: git rev-parse NAME"}};
  }
  git_commit_free(raw);
  // A stack is pinned to it: it stays when no branch leads to it any more.
  git_reference* ref = nullptr;
  if (git_reference_create(&ref, copy, ("refs/infra/" + request.commit).c_str(), &id, 1, nullptr) != 0)
    return of_copy("noting that a commit is used");
  git_reference_free(ref);
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

// The old copy goes first: all that it has can be had again, and it may be what fills the disk.
template <class Request>
Fetched<Commit> fetch_without_room(const Request& request) {
  std::error_code failed;
  fs::remove_all(request.copy, failed);
  return fetch_anew(request);
}

template <class Request>
Fetched<Commit> fetch_anyhow(const Request& request) {
  Fetched<Commit> commit = of_copy("opening it");
  if (std::error_code failed; fs::exists(request.copy, failed)) {
    remove_leftovers(request.copy);
    commit = fetch_into_folder(request.copy, request, false);
  }
  const auto* fault = std::get_if<FetchFault>(&commit);
  const bool broken = fault != nullptr && fault->copy_broken;
  if (broken) commit = fetch_anew(request);
  fault = std::get_if<FetchFault>(&commit);
  return fault != nullptr && fault->disk_full ? fetch_without_room(request) : std::move(commit);
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

std::optional<Commit> find_commit(const std::string& copy, const std::string& commit) {
  const GitLibrary library;
  git_repository* raw = nullptr;
  git_oid id;
  if (git_oid_fromstr(&id, commit.c_str()) != 0 || git_repository_open_bare(&raw, copy.c_str()) != 0) return {};
  const GitHandle<git_repository> holder(raw);
  auto found = read_commit(raw, id);
  auto* there = std::get_if<Commit>(&found);
  return there != nullptr ? std::optional(std::move(*there)) : std::nullopt;
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
