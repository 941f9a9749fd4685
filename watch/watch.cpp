#include "watch/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/text/one_line.h"
#include "git/git_source.h"
#include "watch/permits.h"

namespace infra {
namespace {

using Clock = std::chrono::steady_clock;

// In small pieces: a signal handler can only set a flag.
void sleep_until(SteadyMoment until, const Cancel& cancel) {
  constexpr auto kPiece = std::chrono::milliseconds(50);
  while (!cancel.draining() && Clock::now() < until) {
    std::this_thread::sleep_for(std::min<Clock::duration>(kPiece, until - Clock::now()));
  }
}

Error went_back(const FollowedBranch& followed, const Commit& commit) {
  const auto before = followed.commit();
  return {
      .code = "E0815",
      .message = fmt::format("branch \"{}\" no longer leads from {} to {} ({}): it was forced elsewhere or set back",
                             one_line(followed.branch), before.substr(0, 7), commit.short_id(), commit.id),
      .help = fmt::format("if that is what you want: {}; --allow-forced-pushes follows every one",
                          command_to_allow(followed.home, commit.id))};
}

class Watcher {
 public:
  Watcher(const GitSource& source, const WatchOptions& options, const PassOptions& pass, const Cancel& cancel,
          WatchSink& sink)
      : source_(source),
        options_(options),
        pass_(pass),
        cancel_(cancel),
        sink_(sink),
        followed_{.home = options.home, .repo = source.url().shown, .branch = options.branch} {}

  // The branch's newest commit, if it comes after the last one or may stand where it stands.
  Result<Commit> fetch() {
    const auto since = followed_.commit();
    auto commit = source_.fetch(cancel_, since);
    if (!commit) return commit;
    if (!commit->descends && !options_.allow_forced_pushes && !is_allowed(options_.home, commit->id)) {
      return refuse(went_back(followed_, *commit), since);
    }
    begun_ = true;
    if (commit->id != since) {
      if (auto kept = followed_.remember(commit->id); !kept) return std::move(kept).error();
    }
    return commit;
  }

  // A damaged copy is thrown away and fetched again within the pass, so that it costs nobody a failure.
  PassOutcome pass(const Commit& commit) {
    auto first = attempt(commit);
    if (!first.copy_damaged || cancel_.draining()) return std::move(first.outcome);
    sink_.on(PassNote{"the copy of the repository is damaged; fetching it again"});
    if (auto gone = source_.discard(); !gone) return {.problems = {problem_of(gone.error())}};
    auto again = fetch();
    if (!again) return {.problems = {problem_of(again.error())}};
    // The branch may have moved on meanwhile; its newest commit is what is wanted in any case.
    return attempt(*again).outcome;
  }

 private:
  // A loop that begins goes on with what it followed before, so that drift is healed meanwhile.
  Result<Commit> refuse(Error error, const std::string& since) {
    if (begun_ || options_.once) return error;
    begun_ = true;
    auto before = find_commit(source_.copy(), since);
    if (!before) return error;
    sink_.on(FetchFailed{problem_of(error), std::chrono::milliseconds(0), false});
    return *std::move(before);
  }

  PassResult attempt(const Commit& commit) {
    const auto work = [&](const PassPipe& pipe) -> PassResult {
      auto tree = source_.tree(commit, options_.path);
      if (!tree) return {{.problems = {problem_of(tree.error())}}, tree.error().code == "E0806"};
      auto of_commit = pass_;
      of_commit.commit = commit.id;
      auto outcome = make_pass(of_commit, **tree, pipe);
      return {std::move(outcome), (*tree)->damaged()};
    };
    return run_pass_apart(work, options_.pass_limits, options_.redactor, cancel_, sink_);
  }

  const GitSource& source_;
  const WatchOptions& options_;
  const PassOptions& pass_;
  const Cancel& cancel_;
  WatchSink& sink_;
  FollowedBranch followed_;
  bool begun_ = false;  // a commit was given out
};

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
                         .enter = options.enter,
                         .parallelism = options.parallelism,
                         .me = options.me,
                         .followed = origin_of(source->url()),
                         .most_destroyed = options.most_destroyed,
                         .facts = options.facts,
                         .redactor = options.redactor,
                         .keys = options.keys};
  const Pace pace = checked(options.pace);
  Watcher watcher(*source, options, each, cancel, sink);
  const WatchParts parts{.fetch = [&] { return watcher.fetch(); },
                         .pass = [&](const Commit& commit) { return watcher.pass(commit); },
                         .now = [] { return Clock::now(); },
                         .sleep = [&](SteadyMoment until) { sleep_until(until, cancel); }};
  sink.on(WatchStarted{source->url().shown, options.branch, *folder, pace.interval});
  return run_watch(parts, options.branch, pace, options.once, cancel, sink);
}

}  // namespace infra
