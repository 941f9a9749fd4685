#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>

#include "providers/nodes/context.h"
#include "providers/nodes/json_stream.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/live/container_of.h"
#include "providers/nodes/live/event_words.h"
#include "providers/nodes/live/log_frames.h"
#include "providers/nodes/live/nodes_live.h"
#include "providers/nodes/tasks/task_labels.h"

namespace infra::nodes {

std::string event_words(std::string_view action, const Value& attributes) {
  if (action == "create") return "created";
  if (action == "start") return "started";
  if (action == "die") {
    const auto code = text_of(attributes["exitCode"]);
    return code == "137" ? "exited with code 137 (killed)" : fmt::format("exited with code {}", code);
  }
  if (action == "oom") return "used more than its memory";
  if (action == "pause") return "paused";
  if (action == "unpause") return "goes on";
  if (action == "destroy" || action == "remove") return "removed";
  constexpr std::string_view kHealth = "health_status: ";
  if (action.starts_with(kHealth)) return std::string(action.substr(kHealth.size()));
  return {};  // kill and stop say what die says; exec_… are the health checks'
}

namespace {

std::optional<LiveEvent> event_of(const Value& object, const Ownership& owner, const std::string& node) {
  const auto& attributes = object["Actor"]["Attributes"];
  const auto type = text_of(attributes["infra.type"]);
  const auto ours = read_labels(attributes, owner, type);
  auto what = event_words(text_of(object["Action"]), attributes);
  if (!ours || what.empty()) return std::nullopt;
  return LiveEvent{.at = LogTime(std::chrono::nanoseconds(number_of(object["timeNano"]))),
                   .address = ours->address,
                   .node = node,
                   .container = text_of(attributes[kContainerLabel]),
                   .what = std::move(what)};
}

constexpr std::chrono::milliseconds kBeforeNext{1'000}, kBeforeLook{50};
constexpr std::chrono::minutes kAway{1};  // how long an engine that restarts may be

// The events of one engine, whose stream ends with it.
class EventStream {
 public:
  EventStream(Engine& engine, const Ownership& owner, const EventQuery& query, const TakeEvent& take,
              const Cancel& cancel)
      : engine_(engine), owner_(owner), query_(query), take_(take), cancel_(cancel), since_(query.since) {}

  Result<Ok> read() {
    auto answered = Clock::now();
    for (bool again = false;; again = true) {
      const auto begun = Clock::now();
      auto done = read_once();
      if (query_.until || enough_ || cancel_.draining()) return enough_ || cancel_.draining() ? Ok{} : done;
      // It ended with its engine, or nothing happened for ten minutes. Whoever never answered needn't be waited for.
      if (done || Clock::now() - begun > kAway) answered = Clock::now();
      if (!done && (!again || refused_ || Clock::now() - answered > kAway)) return done;
      for (auto slept = std::chrono::milliseconds(0); slept < kBeforeNext && !cancel_.draining();
           slept += kBeforeLook) {
        std::this_thread::sleep_for(kBeforeLook);
      }
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  Result<Ok> read_once() {
    auto path = fmt::format("/events?since={}&{}", unix_time(since_), live_filters(owner_, true));
    const auto quirks = engine_.quirks();
    if (!quirks) return quirks.error();
    if (query_.until) path += quirks->loses_past_events ? "&stream=false" : "&until=" + unix_time(*query_.until);
    JsonStream objects([&](const Value& object) { add(object); });
    auto reply = engine_.follow(path, [&](std::string_view piece) { return objects.add(piece) && !enough_; },
                                {.cancel = &cancel_});
    if (!reply) return std::move(reply).error();
    refused_ = !reply->ok() || !objects.fault().empty();
    if (!reply->ok()) return engine_.refused(*reply, "tell what happened");
    if (!refused_) return Ok{};
    return Error{.code = "E0615",
                 .message = fmt::format("the events of node `{}` can't be read: {}", engine_.node(), objects.fault()),
                 .help = "is it a container engine that answers at the node's `endpoint`?"};
  }

  void add(const Value& object) {
    auto event = enough_ ? std::nullopt : event_of(object, owner_, engine_.node());
    if (!event || (query_.until && event->at > *query_.until)) return;
    since_ = event->at + std::chrono::nanoseconds(1);
    enough_ = !take_(*std::move(event));
  }

  Engine& engine_;
  const Ownership& owner_;
  const EventQuery& query_;
  const TakeEvent& take_;
  const Cancel& cancel_;
  LogTime since_;  // what was before it has been told
  bool enough_ = false;
  bool refused_ = false;
};

}  // namespace

Result<Ok> NodesLive::events(const EventQuery& query, const TakeEvent& take, const Cancel& cancel) {
  std::mutex one_at_a_time;
  const TakeEvent taking = [&](LiveEvent event) {
    const std::lock_guard lock(one_at_a_time);
    return take(std::move(event));
  };
  std::vector<std::future<Result<Ok>>> asked;
  for (const auto& [name, engine] : engines_) {
    asked.push_back(std::async(std::launch::async, [&engine = *engine, &query, &taking, &cancel, this] {
      return EventStream(engine, context_.owner, query, taking, cancel).read();
    }));
  }
  std::optional<Error> failure;
  for (auto& answer : asked) {
    auto done = answer.get();
    if (!done && !failure) failure = std::move(done).error();
  }
  if (failure) return *std::move(failure);
  return Ok{};
}

}  // namespace infra::nodes
