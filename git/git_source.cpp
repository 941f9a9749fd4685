#include "git/git_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "git/child.h"

namespace infra {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

Error copy_error(std::string message) {
  return {.code = "E0806",
          .message = std::move(message),
          .help = "check the folder's permissions and the disk's free space, or choose another with --state"};
}

// What the child says is read by the parent only; a replaced byte in a message is better than a lost message.
std::string encode(const Result<Commit>& result) {
  const Json json = result ? Json{{"id", result->id}, {"summary", result->summary}}
                           : Json{{"code", result.error().code},
                                  {"message", result.error().message},
                                  {"help", result.error().help},
                                  {"context", result.error().context}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Commit> decode(const std::string& answer) {
  const Json json = Json::parse(answer, nullptr, false);
  if (!json.is_object()) {
    return Error{.code = "E0811", .message = "the process that fetches ended in the middle of its answer"};
  }
  if (json.contains("id")) return Commit{.id = json.value("id", ""), .summary = json.value("summary", "")};
  return Error{.code = json.value("code", ""),
               .message = json.value("message", ""),
               .help = json.value("help", ""),
               .context = json.value("context", std::vector<std::string>{})};
}

}  // namespace

Result<CopyLock> CopyLock::take(const std::string& copy) {
  std::error_code failed;
  fs::create_directories(fs::path(copy).parent_path(), failed);
  if (failed) return copy_error(fmt::format("the folder of {} can't be made: {}", copy, failed.message()));
  const int file = ::open((copy + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return copy_error(fmt::format("{}.lock can't be opened: {}", copy, std::strerror(errno)));
  CopyLock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
  return Error{.code = "E0807",
               .message = fmt::format("another `infra watch` of this stack is running (it holds {}.lock)", copy),
               .help = "end that one first, or give this one another state with --state"};
}

CopyLock::~CopyLock() {
  if (file_ >= 0) ::close(file_);
}

Result<GitSource> GitSource::open(GitSourceOptions options) {
  auto url = parse_repo_url(options.repo);
  if (!url) return std::move(url).error();
  if (auto checked = check_branch_name(options.branch); !checked) return std::move(checked).error();
  auto lock = CopyLock::take(options.copy);
  if (!lock) return std::move(lock).error();
  return GitSource(std::move(options), *std::move(url), *std::move(lock));
}

Result<Commit> fetch_commit_apart(const CommitRequest& request, std::chrono::milliseconds deadline) {
  std::error_code failed;
  fs::create_directories(fs::path(request.copy).parent_path(), failed);
  if (failed) return copy_error(fmt::format("the folder of {} can't be made: {}", request.copy, failed.message()));
  const Cancel never;
  auto answer = run_in_child([&] { return encode(fetch_commit(request)); }, deadline, never);
  if (!answer) return std::move(answer).take_error("fetching a module from " + request.url.shown);
  return decode(*answer);
}

Result<Commit> GitSource::fetch(const Cancel& cancel) const {
  const FetchRequest request{.url = url_, .branch = options_.branch, .copy = options_.copy};
  auto answer = run_in_child([&] { return encode(fetch_branch(request)); }, options_.deadline, cancel);
  if (!answer) return std::move(answer).take_error("fetching " + url_.shown);
  return decode(*answer);
}

Result<std::unique_ptr<GitTree>> GitSource::tree(const Commit& commit, const std::string& folder) const {
  return GitTree::open({.copy = options_.copy, .commit = commit.id, .folder = folder, .limits = {}});
}

Result<Ok> GitSource::discard() const {
  std::error_code failed;
  fs::remove_all(options_.copy, failed);
  if (failed)
    return copy_error(fmt::format("the damaged copy {} can't be removed: {}", options_.copy, failed.message()));
  return Ok{};
}

}  // namespace infra
