#include "cli/progress/json_progress.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/terminal.h"
#include "cli/progress/progress_words.h"

namespace infra::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string rfc3339(std::chrono::system_clock::time_point now) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms);
}

struct Writer {
  std::string time;

  [[nodiscard]] Json head(const char* type) const { return {{"type", type}, {"time", time}}; }
  template <class E>
  [[nodiscard]] Json step(const char* type, const E& e) const {
    auto out = head(type);
    out["step"] = e.step;
    out["address"] = e.address.text();
    if constexpr (requires { e.kind; }) out["action"] = action(e.kind);
    return out;
  }

  Json operator()(const ApplyStarted& e) const {
    auto out = head("apply_started");
    out["steps"] = e.steps;
    return out;
  }
  Json operator()(const StepStarted& e) const { return step("step_started", e); }
  Json operator()(const StepProgress& e) const {
    auto out = step("step_progress", e);
    out["text"] = e.text;
    return out;
  }
  Json operator()(const StepDone& e) const {
    auto out = step("step_done", e);
    out["elapsed_ms"] = e.took.count();
    return out;
  }
  Json operator()(const StepFailed& e) const {
    auto out = step("step_failed", e);
    out["elapsed_ms"] = e.took.count();
    out["error"] = {
        {"code", e.error.code}, {"message", e.error.message}, {"help", e.error.help}, {"context", e.error.context}};
    return out;
  }
  Json operator()(const StepSkipped& e) const {
    auto out = step("step_skipped", e);
    out["reason"] = e.reason;
    out["interrupted"] = e.interrupted;
    return out;
  }
  Json operator()(const Draining& e) const {
    auto out = head("stopping");
    out["running"] = e.running;
    out["aborting"] = e.aborting;
    return out;
  }
  Json operator()(const StateNotice& e) const {
    auto out = head("state_notice");
    out["text"] = e.text;
    return out;
  }
  Json operator()(const ApplyDone& e) const {
    auto out = head("apply_done");
    out["succeeded"] = e.succeeded;
    out["failed"] = e.failed;
    out["skipped"] = e.skipped;
    out["elapsed_ms"] = e.took.count();
    return out;
  }
};

}  // namespace

void JsonSink::on(const Event& event) {
  const auto object = std::visit(Writer{rfc3339(world_.now())}, event);
  const auto line = object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  terminal::write_json(out_, line);
  terminal::flush(out_);
}

}  // namespace infra::cli
