#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text/rfc3339.h"
#include "watch/watch_events.h"

namespace infra {
namespace {

using Json = nlohmann::ordered_json;

std::string_view kind_text(Step::Kind kind) {
  switch (kind) {
    case Step::create:
      return "create";
    case Step::update:
      return "update";
    case Step::destroy:
      return "destroy";
    case Step::forget:
      return "forget";
    case Step::adopt:
      return "adopt";
  }
  return "change";
}

Json problem_json(const Problem& p) {
  Json out{{"code", p.code}, {"message", p.message}};
  if (!p.place.empty()) out["place"] = p.place;
  if (!p.help.empty()) out["help"] = p.help;
  return out;
}

Json commit_json(const Commit& commit) { return {{"id", commit.id}, {"summary", commit.summary}}; }

template <class E>
Json step_json(std::string_view name, const E& e) {
  return {{"event", name}, {"step", e.step}, {"address", e.address.text()}, {"action", kind_text(e.kind)}};
}

struct Object {
  Json operator()(const WatchStarted& e) const {
    return {{"event", "started"},
            {"repo", e.repo},
            {"branch", e.branch},
            {"path", e.folder},
            {"interval_ms", e.interval.count()}};
  }
  Json operator()(const CommitFetched& e) const {
    return {{"event", "fetched"}, {"branch", e.branch}, {"commit", commit_json(e.commit)}};
  }
  Json operator()(const FetchFailed& e) const {
    return {{"event", "fetch_failed"},
            {"error", problem_json(e.problem)},
            {"retry_in_ms", e.retry_in.count()},
            {"repeated", e.known}};
  }
  Json operator()(const PassNote& e) const { return {{"event", "note"}, {"text", e.text}}; }
  Json operator()(const PassPlanned& e) const {
    return {{"event", "planned"}, {"summary", e.summary}, {"drift", e.drift}};
  }
  Json operator()(const PassStep& e) const { return std::visit(*this, e.event); }
  Json operator()(const PassLooked&) const { return nullptr; }
  Json operator()(const PassInStep& e) const { return {{"event", "in_step"}, {"commit", commit_json(e.commit)}}; }
  Json operator()(const PassApplied& e) const {
    return {
        {"event", "applied"}, {"commit", commit_json(e.commit)}, {"steps", e.steps}, {"elapsed_ms", e.took.count()}};
  }
  Json operator()(const PassFailed& e) const {
    Json problems = Json::array();
    for (const auto& problem : e.problems) problems.push_back(problem_json(problem));
    return {{"event", "failed"},
            {"commit", commit_json(e.commit)},
            {"errors", std::move(problems)},
            {"retry_in_ms", e.retry_in.count()},
            {"repeated", e.known}};
  }
  Json operator()(const Recovered& e) const {
    return {{"event", "recovered"}, {"what", e.what}, {"failures", e.failures}};
  }
  Json operator()(const WatchStopped&) const { return {{"event", "stopped"}}; }

  Json operator()(const ApplyStarted& e) const { return {{"event", "apply_started"}, {"steps", e.steps}}; }
  Json operator()(const StepStarted& e) const { return step_json("step_started", e); }
  Json operator()(const StepProgress& e) const {
    return {{"event", "step_progress"}, {"step", e.step}, {"address", e.address.text()}, {"text", e.text}};
  }
  Json operator()(const StepDone& e) const {
    Json out = step_json("step_done", e);
    out["elapsed_ms"] = e.took.count();
    return out;
  }
  Json operator()(const StepFailed& e) const {
    Json out = step_json("step_failed", e);
    out["elapsed_ms"] = e.took.count();
    out["error"] = {{"code", e.error.code}, {"message", e.error.message}, {"help", e.error.help}};
    return out;
  }
  Json operator()(const StepSkipped& e) const {
    Json out = step_json("step_skipped", e);
    out["reason"] = e.reason;
    out["interrupted"] = e.interrupted;
    return out;
  }
  Json operator()(const Draining& e) const { return {{"event", "draining"}, {"running", e.running}}; }
  Json operator()(const StateNotice& e) const { return {{"event", "state_notice"}, {"text", e.text}}; }
  Json operator()(const ApplyDone& e) const {
    return {{"event", "apply_done"},
            {"succeeded", e.succeeded},
            {"failed", e.failed},
            {"skipped", e.skipped},
            {"elapsed_ms", e.took.count()}};
  }
};

class WatchJson : public WatchSink {
 public:
  WatchJson(std::ostream& out, WallTime now) : out_(out), now_(std::move(now)) {}
  void on(const WatchEvent& event) override {
    const Json object = std::visit(Object{}, event);
    if (object.is_null()) return;
    Json line{{"time", rfc3339(std::chrono::floor<std::chrono::milliseconds>(now_()))}};
    line.update(object);
    out_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    out_.flush();
  }

  void relay(std::string_view lines) override { (out_ << lines).flush(); }
  [[nodiscard]] std::unique_ptr<WatchSink> like_this(std::ostream& out) const override {
    return make_watch_json(out, now_);
  }

 private:
  std::ostream& out_;
  WallTime now_;
};

}  // namespace

std::unique_ptr<WatchSink> make_watch_json(std::ostream& out, WallTime now) {
  return std::make_unique<WatchJson>(out, std::move(now));
}

}  // namespace infra
