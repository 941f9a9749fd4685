#include "apply/execute/step_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "planner/decide/delete_hooks.h"
#include "planner/rollout/task_set.h"

namespace infra {
namespace {

void add_help(Error& error, std::string_view help) {
  if (!error.help.empty()) error.help += "\n";
  error.help += help;
}

}  // namespace

Address StepReport::address(std::size_t i) const {
  const auto& change = plan_.changes[step(i).change];
  return change.type == kTaskSet ? change.address.owner() : change.address;
}

void StepReport::succeed(std::size_t i, std::chrono::milliseconds took) {
  schedule_.succeed(i);
  pending_.emplace_back(Finished{i, took, std::nullopt});
}

void StepReport::fail(std::size_t i, std::chrono::milliseconds took, Error error) {
  pending_.emplace_back(Finished{i, took, std::move(error)});
}

void StepReport::tell() {
  for (auto& pending : std::exchange(pending_, {})) {
    std::visit([this](auto& what) { tell(std::move(what)); }, pending);
  }
}

void StepReport::tell(Finished finished) {
  const auto i = finished.step;
  if (!finished.error) {
    ++report_.succeeded;
    return events_.on(StepDone{i, address(i), step(i).kind, finished.took});
  }
  ++report_.failed;
  if (cancel_.aborting() || interrupted_) report_.interrupted = true;
  events_.on(StepFailed{i, address(i), step(i).kind, *finished.error, finished.took});
  report_.failures.emplace_back(address(i), *std::move(finished.error));
  for (const auto skipped : schedule_.fail(i)) skip(skipped, why_skipped(skipped, i), false);
}

Error StepReport::tell_unrecorded(Error error) {
  std::string names;
  for (const auto& pending : pending_) {
    const auto* finished = std::get_if<Finished>(&pending);
    if (finished == nullptr || finished->error) continue;
    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", to_text(step(finished->step).kind),
                         address(finished->step).text());
  }
  error.context.push_back(names.empty() ? std::string("writing the state")
                                        : fmt::format("recording what was done: {}", names));
  if (!names.empty()) {
    add_help(error,
             "run the command again when the state can be written: it was noted before each change that it was about "
             "to be made, so nothing is lost or made twice");
  }
  for (auto& pending : pending_) {
    auto* finished = std::get_if<Finished>(&pending);
    if (finished != nullptr && !finished->error) finished->error = error;
  }
  tell();
  return error;
}

std::string StepReport::why_skipped(std::size_t skipped, std::size_t failed) const {
  if (address(skipped) != address(failed)) return fmt::format("waits for {}, which failed", address(failed).text());
  if (step(skipped).kind == Step::destroy && is_last_run(address(skipped))) return "is kept, because it failed";
  if (step(skipped).kind == Step::destroy) return "stays, because its replacement failed";
  return "waits for the removal of the old one, which failed";
}

void StepReport::skip(std::size_t i, std::string reason, bool interrupted) {
  ++report_.skipped;
  events_.on(StepSkipped{i, address(i), step(i).kind, std::move(reason), interrupted});
}

void StepReport::leave(std::size_t i) {
  report_.interrupted = true;
  skip(i, "stopped before it was complete", true);
  for (const auto skipped : schedule_.fail(i)) skip(skipped, "interrupted before it began", true);
}

void StepReport::skip_untouched() {
  const bool interrupted = cancel_.draining();
  for (const auto i : schedule_.untouched()) {
    if (interrupted) report_.interrupted = true;
    skip(i, interrupted ? "interrupted before it began" : kNotBegun, interrupted);
  }
}

ApplyReport StepReport::take() {
  std::sort(report_.failures.begin(), report_.failures.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return std::move(report_);
}

}  // namespace infra
