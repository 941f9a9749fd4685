#include <fmt/format.h>

#include "base/text/cron.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "facts/aws_cron.h"

namespace infra::checks {
namespace {

void check_times(const Resource& job, const Value& schedule, Diagnostics& diagnostics) {
  const auto* cron = schedule["cron"].string();
  const auto* zone = schedule["zone"].string();
  if (cron == nullptr || zone == nullptr) return;  // not known yet
  const auto parsed = CronSchedule::parse(*cron, *zone);
  if (parsed) return;
  const bool of_zone = CronSchedule::parse(*cron, "UTC").ok();
  diagnostics.error("E0210", job.place(of_zone ? "schedule.zone" : "schedule.cron"),
                    fmt::format("the schedule of {}: {}", named(job), parsed.error().message), "",
                    of_zone ? "the names stand in /usr/share/zoneinfo" : "such as \"0 3 * * *\", each night at three");
}

// What EventBridge Scheduler can't do. It starts each run whatever else runs, and looks at none afterwards.
class OnAws {
 public:
  OnAws(const Resource& job, Diagnostics& diagnostics) : job_(job), diagnostics_(diagnostics) {}

  void check() {
    check_overlap();
    check_deadline();
    check_timeout();
    check_form();
  }

 private:
  [[nodiscard]] const Value& of(const char* attribute) const { return job_.config["schedule"][attribute]; }
  // Where it was written, else the block that has the default.
  [[nodiscard]] Span place_of(const char* attribute) const {
    const auto path = std::string("schedule.") + attribute;
    return job_.place(job_.written(path) ? path : "schedule");
  }

  void check_overlap() {
    const auto* overlap = of("overlap").string();
    if (overlap == nullptr || *overlap == "allow") return;
    diagnostics_.error("E0417", place_of("overlap"),
                       fmt::format("{} has overlap = {}, and EventBridge Scheduler starts each run whatever else runs",
                                   named(job_), *overlap),
                       job_.written("schedule.overlap") ? "" : "this is the default",
                       "write `overlap = allow`, and let the task itself look for another run if two are one too many");
  }

  void check_deadline() {
    const auto* deadline = of("deadline").get<Duration>();
    if (deadline == nullptr || (deadline->ms >= kLeast && deadline->ms <= kMost && deadline->ms % 1'000 == 0)) return;
    diagnostics_.error("E0416", place_of("deadline"),
                       fmt::format("the deadline of {} is {}, and EventBridge Scheduler tries for 1m to 1d, in seconds",
                                   named(job_), to_source(Value(*deadline))),
                       "", "write a time between `1m` and `1d`");
  }

  void check_timeout() {
    if (!job_.written("timeout")) return;
    diagnostics_
        .error("E0417", job_.place("timeout"),
               fmt::format("{} has a timeout, and on AWS nobody stops what a schedule has started", named(job_)), "",
               "leave it out, and let the command end itself: timeout 1h COMMAND")
        .secondary.push_back({job_.place("schedule"), "runs by EventBridge Scheduler"});
  }

  void check_form() {
    const auto* cron = of("cron").string();
    const auto* zone = of("zone").string();
    const auto times =
        cron != nullptr && zone != nullptr ? CronSchedule::parse(*cron, *zone) : Result<CronSchedule>(Error{});
    if (!times) return;  // not known yet, or said already
    const auto written = facts::aws_cron(*times);
    if (written) return;
    diagnostics_.error("E0416", job_.place("schedule.cron"),
                       fmt::format("the schedule of {}: {}", named(job_), written.error().message), "",
                       written.error().help);
  }

  static constexpr std::int64_t kLeast = 60'000, kMost = 86'400'000;  // MaximumEventAgeInSeconds
  const Resource& job_;
  Diagnostics& diagnostics_;
};

}  // namespace

void schedules(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& resource : input.graph.resources) {
    if (resource.address.kind != "job" || resource.config["schedule"].map() == nullptr) continue;
    check_times(resource, resource.config["schedule"], diagnostics);
    const auto* platform = input.graph.platform(resource.platform);
    if (platform != nullptr && platform->kind == "aws") OnAws(resource, diagnostics).check();
  }
}

}  // namespace infra::checks
