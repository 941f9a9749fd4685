#include "live/merged_log.h"

#include <catch2/catch.hpp>
#include <map>
#include <thread>

namespace {

using namespace infra;
using namespace std::chrono_literals;

// Logs of containers by id. A negative time: it waits until its reader is told to end.
class LiveOfTest : public Live {
 public:
  std::map<std::string, std::vector<int>> times;
  std::map<std::string, Error> broken;

  Result<Listed> containers() override { return Listed{}; }
  Result<Ok> logs(const LiveContainer& of, const LogQuery&, const TakeLine& take, const Cancel& cancel) override {
    for (const int time : times[of.id]) {
      while (time < 0 && !cancel.aborting()) std::this_thread::sleep_for(1ms);
      if (time < 0) return Ok{};
      if (!take({.at = LogTime(std::chrono::seconds(time)), .text = of.id})) return Ok{};
    }
    const auto at = broken.find(of.id);
    if (at != broken.end()) return at->second;
    return Ok{};
  }
  Result<int> exec(const LiveContainer&, const ExecRequest&, const ExecStreams&, const Cancel&) override { return 0; }
  bool runs_commands_of(std::string_view) const override { return false; }
  Result<int> run(const RunRequest&, const ExecStreams&, const Cancel&) override { return 0; }
  Result<Ok> events(const EventQuery&, const TakeEvent&, const Cancel&) override { return Ok{}; }
  Result<std::vector<Usage>> usage(const std::vector<LiveContainer>&) override { return std::vector<Usage>(); }
  Result<std::vector<ServedRequests>> requests() override { return std::vector<ServedRequests>(); }
};

std::string all_of(live::MergedLog& log) {
  std::string out;
  while (!log.ended()) {
    if (const auto next = log.next(5s))
      out += next->line.text + std::to_string(next->line.at.time_since_epoch() / 1s) + " ";
  }
  return out;
}

}  // namespace

TEST_CASE("logs that end are merged by time, however they come") {
  LiveOfTest source;
  source.times = {{"a", {1, 4, 5}}, {"b", {2, 3, 6}}, {"c", {}}};
  live::MergedLog log(std::nullopt);
  for (const auto* id : {"a", "b", "c"}) log.add(source, {.id = id}, {});
  CHECK(all_of(log) == "a1 b2 b3 a4 a5 b6 ");
}

TEST_CASE("a log of any length waits for whoever reads it") {
  LiveOfTest source;
  for (int i = 0; i < 5'000; ++i) source.times["a"].push_back(i);
  source.times["b"] = {4'999};
  live::MergedLog log(std::nullopt);
  log.add(source, {.id = "a"}, {});
  log.add(source, {.id = "b"}, {});
  int lines = 0, last = 0;
  while (!log.ended()) {
    const auto next = log.next(5s);
    if (!next) continue;
    const auto at = static_cast<int>(next->line.at.time_since_epoch() / 1s);
    CHECK(at >= last);
    last = at;
    ++lines;
  }
  CHECK(lines == 5'001);
}

TEST_CASE("one that is silent holds nobody up while following, and ends when nobody listens any more") {
  LiveOfTest source;
  source.times = {{"a", {1, -1}}, {"b", {-1}}};
  live::MergedLog log(10ms);
  log.add(source, {.id = "a"}, {.follow = true});
  log.add(source, {.id = "b"}, {.follow = true});
  const auto first = log.next(10s);
  REQUIRE(first);
  CHECK(first->line.text == "a");
  CHECK_FALSE(log.next(20ms));
  CHECK_FALSE(log.ended());
}

TEST_CASE("a log that breaks off is told once, and the others go on") {
  LiveOfTest source;
  source.times = {{"a", {1}}, {"b", {2}}};
  source.broken = {{"a", {.code = "E0601", .message = "gone"}}};
  live::MergedLog log(std::nullopt);
  log.add(source, {.id = "a"}, {});
  log.add(source, {.id = "b"}, {});
  CHECK(all_of(log) == "a1 b2 ");
  const auto failures = log.take_failures();
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].first == 0);
  CHECK(log.take_failures().empty());
}
