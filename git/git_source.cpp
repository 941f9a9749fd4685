#include "git/git_source.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "git/child.h"
#include "git/copy_size.h"

namespace infra {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// What the child says is read by the parent only; a replaced byte in a message is better than a lost message.
std::string encode(const Result<Commit>& result) {
  const Json json = result ? Json{{"id", result->id}, {"summary", result->summary}, {"descends", result->descends}}
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
  if (json.contains("id")) {
    return Commit{
        .id = json.value("id", ""), .summary = json.value("summary", ""), .descends = json.value("descends", false)};
  }
  return Error{.code = json.value("code", ""),
               .message = json.value("message", ""),
               .help = json.value("help", ""),
               .context = json.value("context", std::vector<std::string>{})};
}

// Collecting is a matter of seconds. Where it takes longer, or fails, the copy is as good as before: it is tried again
// when the copy has doubled once more.
void keep_small(const std::string& copy, const std::vector<std::string>& roots, const Cancel& cancel) {
  constexpr auto kLongest = std::chrono::seconds(10);
  if (!has_doubled(copy)) return;
  const auto done = run_in_child([&] { return collect(copy, roots) ? "done" : ""; }, kLongest, cancel);
  if (!done || done->empty()) note_size(copy);
}

}  // namespace

Result<GitSource> GitSource::open(GitSourceOptions options) {
  auto url = parse_repo_url(options.repo);
  if (!url) return std::move(url).error();
  if (auto checked = check_branch_name(options.branch); !checked) return std::move(checked).error();
  auto lock = CopyLock::take(options.copy);
  if (!lock) return std::move(lock).error();
  return GitSource(std::move(options), *std::move(url), *std::move(lock));
}

Result<Commit> fetch_commit_apart(const CommitRequest& request, std::chrono::milliseconds deadline,
                                  const Cancel& cancel) {
  const auto begin = std::chrono::steady_clock::now();
  const auto while_fetching = "fetching a module from " + request.url.shown;
  auto lock = CopyLock::wait(request.copy, deadline, cancel);
  if (!lock) return std::move(lock).take_error(while_fetching);
  // Whoever had the lock before may have fetched just this.
  if (auto there = find_commit(request.copy, request.commit)) return *std::move(there);
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  auto answer = run_in_child([&] { return encode(fetch_commit(request)); }, deadline - spent, cancel);
  if (!answer) return std::move(answer).take_error(while_fetching);
  auto commit = decode(*answer);
  if (commit) keep_small(request.copy, {request.commit}, cancel);
  return commit;
}

Result<Commit> GitSource::fetch(const Cancel& cancel, const std::string& since) const {
  const FetchRequest request{.url = url_, .branch = options_.branch, .copy = options_.copy, .since = since};
  auto answer = run_in_child([&] { return encode(fetch_branch(request)); }, options_.deadline, cancel);
  if (!answer) return std::move(answer).take_error("fetching " + url_.shown);
  auto commit = decode(*answer);
  if (commit) keep_small(options_.copy, {since}, cancel);
  return commit;
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
