#include "live/merged_log.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace infra::live {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMostWaiting = 1'000;  // lines of one log

}  // namespace

struct MergedLog::Inside {
  struct Waiting {
    LogLine line;
    Clock::time_point came;
  };

  struct Feed {
    std::deque<Waiting> lines;
    bool over = false;
    std::thread thread;
  };

  std::optional<std::chrono::milliseconds> patience;
  mutable std::mutex mutex;
  std::condition_variable arrived, taken;
  std::vector<std::unique_ptr<Feed>> feeds;
  std::vector<std::pair<std::size_t, Error>> failures;
  Cancel cancel;
  bool ending = false;

  bool take(Feed& feed, LogLine line) {
    std::unique_lock lock(mutex);
    taken.wait(lock, [&] { return ending || feed.lines.size() < kMostWaiting; });
    if (ending) return false;
    feed.lines.push_back({std::move(line), Clock::now()});
    arrived.notify_one();
    return true;
  }

  void end(Feed& feed, std::size_t number, Result<Ok> result) {
    const std::lock_guard lock(mutex);
    feed.over = true;
    if (!result && !ending) failures.emplace_back(number, std::move(result).error());
    arrived.notify_one();
  }

  // The feed of the earliest line, if it may go out now.
  std::optional<std::size_t> ready(Clock::time_point now) const {
    std::optional<std::size_t> first;
    bool silent = false;  // somebody may still come with an earlier one
    for (std::size_t i = 0; i < feeds.size(); ++i) {
      const auto& feed = *feeds[i];
      if (feed.lines.empty()) {
        silent = silent || !feed.over;
        continue;
      }
      if (!first || feed.lines.front().line.at < feeds[*first]->lines.front().line.at) first = i;
    }
    if (!first || !silent) return first;
    const bool long_enough = patience && now - feeds[*first]->lines.front().came >= *patience;
    return long_enough ? first : std::nullopt;
  }
};

MergedLog::MergedLog(std::optional<std::chrono::milliseconds> patience) : inside_(std::make_unique<Inside>()) {
  inside_->patience = patience;
}

MergedLog::~MergedLog() {
  {
    const std::lock_guard lock(inside_->mutex);
    inside_->ending = true;
  }
  inside_->cancel.set(Cancel::abort);
  inside_->taken.notify_all();
  for (auto& feed : inside_->feeds) feed->thread.join();
}

std::size_t MergedLog::add(Live& live, LiveContainer container, LogQuery query) {
  auto feed = std::make_unique<Inside::Feed>();
  auto& its = *feed;
  std::size_t number = 0;
  {
    const std::lock_guard lock(inside_->mutex);
    number = inside_->feeds.size();
    inside_->feeds.push_back(std::move(feed));
  }
  its.thread = std::thread([this, &live, &its, number, container = std::move(container), query] {
    auto done = live.logs(
        container, query, [&](LogLine line) { return inside_->take(its, std::move(line)); }, inside_->cancel);
    inside_->end(its, number, std::move(done));
  });
  return number;
}

std::optional<MergedLine> MergedLog::next(std::chrono::milliseconds wait) {
  const auto end = Clock::now() + wait;
  std::unique_lock lock(inside_->mutex);
  for (;;) {
    const auto now = Clock::now();
    if (const auto first = inside_->ready(now)) {
      auto& lines = inside_->feeds[*first]->lines;
      MergedLine out{*first, std::move(lines.front().line)};
      lines.pop_front();
      inside_->taken.notify_all();
      return out;
    }
    const bool over = std::all_of(inside_->feeds.begin(), inside_->feeds.end(),
                                  [](const auto& feed) { return feed->over && feed->lines.empty(); });
    if (now >= end || over) return std::nullopt;
    auto until = end;
    if (inside_->patience) until = std::min(until, now + std::chrono::milliseconds(20));
    inside_->arrived.wait_until(lock, until);
  }
}

bool MergedLog::ended() const {
  const std::lock_guard lock(inside_->mutex);
  return std::all_of(inside_->feeds.begin(), inside_->feeds.end(),
                     [](const auto& feed) { return feed->over && feed->lines.empty(); });
}

std::vector<std::pair<std::size_t, Error>> MergedLog::take_failures() {
  const std::lock_guard lock(inside_->mutex);
  return std::exchange(inside_->failures, {});
}

}  // namespace infra::live
