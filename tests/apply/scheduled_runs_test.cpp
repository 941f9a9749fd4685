#include "apply/prepare/scheduled_runs.h"

#include <catch2/catch.hpp>

#include "base/values/codec.h"
#include "state/notes.h"

namespace infra {
namespace {

const Address kJob{.kind = "job", .path = "backup", .part = ""};

UtcMoment at(const char* text) {
  const auto moment = parse_rfc3339(text);
  REQUIRE(moment);
  return std::chrono::floor<std::chrono::milliseconds>(*moment);
}

std::string part_of(const char* text) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(at(text)).time_since_epoch().count());
}

// A stack with one job that runs each night at three, and what is recorded and seen of its runs.
struct Night {
  LoweredGraph lowered;
  Snapshot state{.lineage = "lineage", .stack = "shop"};
  Observation observed;

  explicit Night(const char* overlap = "forbid") {
    const Value schedule =
        Map({{"cron", "0 3 * * *"}, {"zone", "UTC"}, {"overlap", overlap}, {"deadline", Duration{600'000}}});
    lowered.resources.push_back({.address = kJob.with_part("run"),
                                 .type = "job_run",
                                 .platform = "here",
                                 .inputs = Map({{"name", "backup"}, {"schedule", schedule}})});
    lowered.order = {0};
  }

  void knows(const char* last) {
    put_note(state.notes, {.topic = std::string(kScheduled), .name = "job.backup", .at = last});
  }

  void has_run(const char* due, Health::Now health, bool recorded = false) {
    const auto address = kJob.with_part(part_of(due));
    const auto outputs = recorded ? Map(std::vector<Entry>{{"exit_code", 0}}) : Map();
    state.resources.push_back({.address = address,
                               .type = "job_run",
                               .platform = "here",
                               .id = address.part,
                               .outputs = to_json(outputs, HashKey("lineage", {}))});
    observed.objects.push_back({.address = address, .type = "job_run", .id = address.part});
    observed.objects.back().health = {.now = health, .detail = health == Health::stopped ? "exited with code 3" : ""};
    observed.objects.back().outputs = Map(std::vector<Entry>{{"exit_code", health == Health::completed ? 0 : 3}});
  }

  ScheduledRuns pass(const char* now) { return schedule_runs(at(now), state, observed, lowered); }
};

std::vector<std::string> sentences(const ScheduledRuns& runs) {
  std::vector<std::string> out;
  for (const auto& noting : runs.notes) out.push_back(noting.sentence);
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a schedule that is seen for the first time makes up for nothing") {
  Night night;
  CHECK(sentences(night.pass("2026-11-29T10:00:00Z")) == Lines{"job.backup runs next at 2026-11-30 03:00 UTC"});
  CHECK(night.lowered.resources.empty());
}

TEST_CASE("a run whose time has come is made once, as a part of its job, and not waited for by name") {
  Night night;
  night.knows("2026-11-28T10:00:00Z");
  const auto runs = night.pass("2026-11-29T03:00:20Z");
  CHECK(sentences(runs) == Lines{"job.backup is due: 2026-11-29 03:00 UTC"});
  REQUIRE(night.lowered.resources.size() == 1);
  CHECK(night.lowered.resources[0].address == kJob.with_part(part_of("2026-11-29T03:00:00Z")));
  CHECK(night.lowered.resources[0].inputs["schedule"].is_null());
  CHECK(night.lowered.resources[0].inputs["due"] == Value("2026-11-29T03:00:00Z"));
  CHECK(night.lowered.order == std::vector<std::size_t>{0});
  REQUIRE(runs.jobs.size() == 1);
  CHECK(runs.jobs[0].address == kJob.with_part("run"));

  Night again;
  again.knows("2026-11-29T03:00:00Z");
  CHECK(again.pass("2026-11-29T03:00:50Z").notes.empty());
}

TEST_CASE("what isn't due is taken out of what was lowered, and the order stays") {
  Night night;
  const Address other{.kind = "service", .path = "web", .part = "tasks"};
  night.lowered.resources.insert(night.lowered.resources.begin(),
                                 {.address = {.kind = "cluster", .path = "a", .part = "0"}});
  night.lowered.resources.push_back({.address = other});
  night.lowered.order = {2, 1, 0};
  night.pass("2026-11-29T10:00:00Z");
  REQUIRE(night.lowered.resources.size() == 2);
  CHECK(night.lowered.resources[1].address == other);
  CHECK(night.lowered.order == std::vector<std::size_t>{1, 0});
}

TEST_CASE("nobody but a loop runs anything") {
  Night night;
  night.knows("2026-11-28T10:00:00Z");
  const auto runs = schedule_runs(std::nullopt, night.state, night.observed, night.lowered);
  CHECK(runs.notes.empty());
  CHECK(night.lowered.resources.empty());
  REQUIRE(runs.jobs.size() == 1);
  CHECK(runs.jobs[0].address == kJob.with_part("run"));
}

TEST_CASE("a run that no loop could begin within its deadline is left out, and that is said") {
  Night night;
  night.knows("2026-11-28T10:00:00Z");
  CHECK(sentences(night.pass("2026-11-29T03:11:00Z")) ==
        Lines{"job.backup is left out at 2026-11-29 03:00 UTC: no loop was there in time"});
}

TEST_CASE("overlap: forbid waits for the run before, allow doesn't, replace ends it") {
  for (const auto* overlap : {"forbid", "allow", "replace"}) {
    INFO(overlap);
    Night night(overlap);
    night.knows("2026-11-28T03:00:00Z");
    night.has_run("2026-11-28T03:00:00Z", Health::starting);
    const auto runs = night.pass("2026-11-29T03:00:20Z");
    const bool forbids = std::string(overlap) == "forbid";
    CHECK(runs.notes.empty() == forbids);
    const bool kept = runs.kept.contains(kJob.with_part(part_of("2026-11-28T03:00:00Z")));
    CHECK(kept == (std::string(overlap) != "replace"));
    if (forbids) {
      Night later(overlap);
      later.knows("2026-11-28T03:00:00Z");
      later.has_run("2026-11-28T03:00:00Z", Health::starting);
      CHECK(sentences(later.pass("2026-11-29T03:11:00Z")) ==
            Lines{"job.backup is left out at 2026-11-29 03:00 UTC: its last run still goes on"});
    }
  }
}

TEST_CASE("how a run ended is recorded once") {
  Night night;
  night.knows("2026-11-29T03:00:00Z");
  night.has_run("2026-11-27T03:00:00Z", Health::completed, true);
  night.has_run("2026-11-28T03:00:00Z", Health::stopped);
  night.has_run("2026-11-29T03:00:00Z", Health::completed);
  CHECK(sentences(night.pass("2026-11-29T04:00:00Z")) ==
        Lines{"job.backup, run for 2026-11-29T03:00:00Z: it has succeeded",
              "job.backup, run for 2026-11-28T03:00:00Z: failed: exited with code 3"});
}

TEST_CASE("three ended runs are kept for their logs, and older ones go when the next one begins") {
  const auto kept_at = [](const char* now) {
    Night night;
    night.knows("2026-11-28T03:00:00Z");
    for (const auto* due : {"2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"}) {
      night.has_run((std::string(due) + "T03:00:00Z").c_str(), Health::completed, true);
    }
    return night.pass(now).kept;
  };
  CHECK(kept_at("2026-11-28T04:00:00Z").size() == 4);
  const auto kept = kept_at("2026-11-29T03:00:10Z");
  CHECK(kept.size() == 3);
  CHECK_FALSE(kept.contains(kJob.with_part(part_of("2026-11-25T03:00:00Z"))));
}

TEST_CASE("what is set aside comes back where it was") {
  Night night;
  for (const auto* due : {"2026-11-25T03:00:00Z", "2026-11-26T03:00:00Z", "2026-11-27T03:00:00Z"}) {
    night.has_run(due, Health::completed, true);
  }
  const auto before = night.state;
  SetAside aside({kJob.with_part(part_of("2026-11-26T03:00:00Z"))}, night.state, night.observed);
  CHECK(night.state.resources.size() == 2);
  CHECK(night.observed.objects.size() == 2);
  aside.put_back(night.state, night.observed);
  CHECK(night.state == before);
  CHECK(night.observed.objects.size() == 3);
}

}  // namespace infra
