#include "watch/watch.h"

#include <algorithm>
#include <thread>

#include "git/git_source.h"

namespace infra {
namespace {

using Clock = std::chrono::steady_clock;

// In small pieces: a signal handler can only set a flag.
void sleep_until(Moment until, const Cancel& cancel) {
  constexpr auto kPiece = std::chrono::milliseconds(50);
  while (!cancel.draining() && Clock::now() < until) {
    std::this_thread::sleep_for(std::min<Clock::duration>(kPiece, until - Clock::now()));
  }
}

struct Attempt {
  PassOutcome outcome;
  bool copy_damaged = false;
};

Attempt attempt(const GitSource& source, const WatchOptions& watch, const PassOptions& options, const Commit& commit,
                const Cancel& cancel, WatchSink& sink) {
  auto tree = source.tree(commit, watch.path);
  if (!tree) return {{.problems = {problem_of(tree.error())}}, tree.error().code == "E0806"};
  auto of_commit = options;
  of_commit.commit = commit.id;
  PassOutcome outcome = make_pass(of_commit, **tree, cancel, sink);
  return {std::move(outcome), (*tree)->damaged()};
}

// A damaged copy is thrown away and fetched again within the pass, so that it costs nobody a failure.
PassOutcome pass(const GitSource& source, const WatchOptions& watch, const PassOptions& options, const Commit& commit,
                 const Cancel& cancel, WatchSink& sink) {
  Attempt first = attempt(source, watch, options, commit, cancel, sink);
  if (!first.copy_damaged || cancel.draining()) return std::move(first.outcome);
  sink.on(PassNote{"the copy of the repository is damaged; fetching it anew"});
  if (auto gone = source.discard(); !gone) return {.problems = {problem_of(gone.error())}};
  auto again = source.fetch(cancel);
  if (!again) return {.problems = {problem_of(again.error())}};
  // The branch may have moved on meanwhile; its newest commit is what is wanted in any case.
  return attempt(source, watch, options, *again, cancel, sink).outcome;
}

Pace checked(Pace pace) {
  // Shorter would be a busy loop on somebody's server.
  pace.interval = std::max(pace.interval, std::chrono::milliseconds(100));
  pace.retry_first = std::max(pace.retry_first, std::chrono::milliseconds(10));
  return pace;
}

}  // namespace

std::string default_stack_name(const std::string& path, const std::string& repo_name) {
  std::string folder = path;
  while (folder.ends_with('/')) folder.pop_back();
  folder = folder.substr(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/') + 1);
  return folder.empty() || folder == "." || folder == ".." ? repo_name : folder;
}

Result<WatchEnd> watch(const WatchOptions& options, const Platforms& platforms, const OpenStore& open_store,
                       const Cancel& cancel, WatchSink& sink) {
  auto folder = normal_path(options.path);
  if (!folder) return std::move(folder).error();
  auto source = GitSource::open({.repo = options.repo,
                                 .branch = options.branch,
                                 .copy = options.home + "/repository.git",
                                 .deadline = options.fetch_deadline});
  if (!source) return std::move(source).error();
  const PassOptions each{.platforms = platforms,
                         .open_store = open_store,
                         .home = options.home,
                         .default_stack = default_stack_name(*folder, source->url().name),
                         .params = options.params,
                         .parallelism = options.parallelism,
                         .me = options.me,
                         .followed = origin_of(source->url()),
                         .redactor = options.redactor,
                         .keys = options.keys};
  const Pace pace = checked(options.pace);
  const WatchParts parts{
      .fetch = [&] { return source->fetch(cancel); },
      .pass = [&](const Commit& commit) { return pass(*source, options, each, commit, cancel, sink); },
      .now = [] { return Clock::now(); },
      .sleep = [&](Moment until) { sleep_until(until, cancel); }};
  sink.on(WatchStarted{source->url().shown, options.branch, *folder, pace.interval});
  return run_watch(parts, options.branch, pace, options.once, cancel, sink);
}

}  // namespace infra
