#include "watch/schedule.h"

#include <algorithm>

namespace infra {
namespace {

std::chrono::milliseconds rest(const Pace& pace, int failures) {
  return failures == 0 ? pace.interval : back_off(pace, failures);
}

}  // namespace

std::chrono::milliseconds back_off(const Pace& pace, int failures) {
  constexpr int kDoublings = 20;  // far above any sensible retry_most, and far below an overflow
  const std::chrono::milliseconds wait =
      pace.retry_first * (std::int64_t{1} << std::clamp(failures - 1, 0, kDoublings));
  return std::min(wait, pace.retry_most);
}

NextAction next_action(const WatchProgress& progress, const Pace& pace, SteadyMoment now) {
  if (!progress.asked_at) return {NextAction::fetch, {}};
  const SteadyMoment fetch_due = *progress.asked_at + rest(pace, progress.fetch_failures);
  if (fetch_due <= now) return {NextAction::fetch, {}};
  if (progress.head.empty()) return {NextAction::wait, fetch_due};
  if (progress.tried != progress.head || !progress.passed_at) return {NextAction::pass, {}};
  const SteadyMoment pass_due = *progress.passed_at + rest(pace, progress.pass_failures);
  if (pass_due > now) return {NextAction::wait, std::min(fetch_due, pass_due)};
  const bool stale = *progress.asked_at < pass_due && progress.fetch_failures == 0;
  return {stale ? NextAction::fetch : NextAction::pass, {}};
}

WatchProgress after_fetch(WatchProgress progress, const std::string& commit, SteadyMoment now) {
  if (progress.head != commit) progress.pass_failures = 0;
  progress.head = commit;
  progress.asked_at = now;
  progress.fetch_failures = 0;
  return progress;
}

WatchProgress after_failed_fetch(WatchProgress progress, SteadyMoment now) {
  progress.asked_at = now;
  ++progress.fetch_failures;
  return progress;
}

WatchProgress after_pass(WatchProgress progress, bool succeeded, SteadyMoment now) {
  progress.pass_failures = succeeded ? 0 : progress.pass_failures + 1;
  progress.tried = progress.head;
  progress.passed_at = now;
  return progress;
}

}  // namespace infra
