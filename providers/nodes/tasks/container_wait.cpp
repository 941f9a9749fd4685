#include "providers/nodes/tasks/container_wait.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "facts/rollout.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/tasks/container_entries.h"
#include "providers/nodes/tasks/output_frames.h"

namespace infra::nodes {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPoll{250};
constexpr milliseconds kSettle{
    facts::kSettlingTime.ms};  // without a check: a program that ends at once has ended by then

// An engine says `unhealthy` after grace and all retries, so there is no sense in giving up before.
milliseconds patience(const Value& inputs) {
  const auto& health = inputs["health"];
  const auto own = ms_of(inputs["start_timeout"], 120'000);
  if (health.map() == nullptr) return milliseconds(own);
  const auto each = ms_of(health["every"], 30'000) + ms_of(health["timeout"], 5'000);
  return milliseconds(std::max(own, ms_of(health["grace"], 0) + number_of(health["retries"], 3) * each));
}

Error not_up(std::string message, std::string help) {
  return {.code = "E0608", .message = std::move(message), .help = std::move(help)};
}

Error ended(const Value& state) {
  const auto code = number_of(state["ExitCode"]);
  auto message = fmt::format("it exited with code {}", code);
  if (is_true(state["OOMKilled"]))
    return not_up(message + ", killed for using more than its `memory`", "give it more `memory`");
  if (code == 137) message += " (killed)";
  return not_up(message, "see what it wrote above; `docker run` of the same image shows more");
}

std::string last_check(const Value& health) {
  const auto* log = health["Log"].list();
  if (log == nullptr || log->empty()) return {};
  auto text = text_of(log->back()["Output"]).substr(0, 300);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const auto code = number_of(log->back()["ExitCode"]);
  return text.empty() ? fmt::format("the last check ended with code {}", code)
                      : fmt::format("the last check said: {}", text);
}

enum class Verdict { waiting, settling, good };

// What one look at the container says; an Error if it is hopeless.
Result<Verdict> look(const Value& state, const std::string& until) {
  const bool running = is_true(state["Running"]);
  if (until == "completed" || until == "succeeded") {
    if (running) return Verdict::waiting;
    if (until == "succeeded" && number_of(state["ExitCode"]) != 0) return ended(state);
    return Verdict::good;
  }
  if (!running) return ended(state);
  const auto health = text_of(state["Health"]["Status"]);
  if (health.empty() || health == "none") return Verdict::settling;
  if (health == "healthy") return Verdict::good;
  if (health == "unhealthy") {
    return not_up(fmt::format("its health check failed {} times; {}", number_of(state["Health"]["FailingStreak"]),
                              last_check(state["Health"])),
                  "check the `health` command, and that the program answers it");
  }
  return Verdict::waiting;
}

class Waiting {
 public:
  Waiting(const Context& context, const std::string& id, const Value& inputs)
      : context_(context), id_(id), until_(text_of(inputs["until"])), limit_(patience(inputs)), start_(Clock::now()) {
    if (inputs["health"].map() != nullptr) check_every_ = milliseconds(ms_of(inputs["health"]["every"], 30'000));
  }

  Result<Ok> run() {
    for (;;) {
      auto verdict = once();
      if (!verdict) return std::move(verdict).error();
      if (*verdict == Verdict::good || (*verdict == Verdict::settling && passed() >= kSettle)) return Ok{};
      if (context_.cancel.aborting()) return Error{.code = "E0703", .message = "stopped while waiting for a container"};
      if (passed() >= limit_) return timed_out();
      std::this_thread::sleep_for(kPoll);
    }
  }

 private:
  [[nodiscard]] milliseconds passed() const { return std::chrono::duration_cast<milliseconds>(Clock::now() - start_); }

  Result<Verdict> once() {
    if (check_every_ > milliseconds(0)) {
      if (auto checked = check_if_due(context_.engine, id_, check_every_); !checked) return std::move(checked).error();
    }
    auto reply =
        context_.engine.get(fmt::format("/containers/{}/json", id_), shapes::container(), {.cancel = &context_.cancel});
    if (!reply) return std::move(reply).error();
    if (reply->status == 404) return not_up("it was removed while it started", "run infra apply again");
    if (!reply->ok()) return context_.engine.refused(*reply, "show a container");
    const auto& state = reply->body["State"];
    auto verdict = look(state, until_);
    if (verdict && *verdict != Verdict::good) say(state);
    return verdict;
  }

  void say(const Value& state) {
    const auto health = text_of(state["Health"]["Status"]);
    auto now = health.empty() || health == "none" ? std::string("waiting until it has settled")
                                                  : fmt::format("waiting for health ({})", health);
    if (until_ == "completed" || until_ == "succeeded") now = "waiting until it has ended";
    if (now != said_) context_.say(now);
    said_ = std::move(now);
  }

  [[nodiscard]] Error timed_out() const {
    const auto what = until_ == "completed" || until_ == "succeeded" ? "it hasn't ended" : "it isn't healthy";
    return not_up(fmt::format("{} after {} s", what, std::chrono::duration_cast<std::chrono::seconds>(limit_).count()),
                  "give it more time with `start_timeout` or the check's `grace`, or see why it is slow");
  }

  const Context& context_;
  const std::string& id_;
  std::string until_;
  milliseconds check_every_{0};
  milliseconds limit_;
  Clock::time_point start_;
  std::string said_;
};

void replace_all(std::string& text, const std::string& what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

std::string redacted(std::string text, const Value& inputs) {
  const auto hide = [&](const Value& value) {
    const auto secret = value.secret() != nullptr ? text_of(value) : std::string();
    if (!secret.empty()) replace_all(text, secret, "***");
  };
  if (const auto* env = inputs["env"].map()) {
    for (const auto& [name, value] : *env) hide(value);
  }
  if (const auto* files = inputs["files"].list()) {
    for (const auto& file : *files) hide(file["content"]);
  }
  return text;
}

}  // namespace

Result<Ok> wait_for_container(const Context& context, const std::string& id, const Value& inputs) {
  return Waiting(context, id, inputs).run();
}

std::string what_is_wrong(const Context& context, const std::string& id, const std::string& until) {
  auto reply = context.engine.get(fmt::format("/containers/{}/json", id), shapes::container(),
                                  {.timeout = std::chrono::seconds(10)});
  if (!reply || !reply->ok()) return {};
  const auto& state = reply->body["State"];
  if (is_true(state["Restarting"])) return ended(state).message;
  const auto verdict = look(state, until.empty() ? "running" : until);
  if (!verdict) return verdict.error().message;
  // Between two ends of a crash loop. How it ended the last time the engine doesn't tell while it runs.
  const auto restarts = number_of(reply->body["RestartCount"]);
  if (restarts == 0) return {};
  return fmt::format("it ended and was started again {} time{}", restarts, restarts == 1 ? "" : "s");
}

std::string log_tail(const Context& context, const std::string& id, const Value& inputs) {
  auto reply = context.engine.raw(fmt::format("/containers/{}/logs?stdout=1&stderr=1&tail=20", id),
                                  {.timeout = std::chrono::seconds(10)});
  if (!reply || !reply->ok()) return {};  // the failure that is being reported matters more than its log
  auto text = redacted(without_frames(reply->text), inputs);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  constexpr std::size_t kMost = 4'000;
  return text.size() <= kMost ? text : "…" + text.substr(text.size() - kMost);
}

}  // namespace infra::nodes
