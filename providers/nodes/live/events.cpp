#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <mutex>

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

Result<Ok> events_on(Engine& engine, const Ownership& owner, const EventQuery& query, const TakeEvent& take,
                     const Cancel& cancel) {
  auto path = fmt::format("/events?since={}&{}", unix_time(query.since), live_filters(owner, true));
  const auto quirks = engine.quirks();
  if (!quirks) return quirks.error();
  if (query.until) path += quirks->loses_past_events ? "&stream=false" : "&until=" + unix_time(*query.until);
  bool enough = false;
  JsonStream objects([&](const Value& object) {
    auto event = enough ? std::nullopt : event_of(object, owner, engine.node());
    if (event && query.until && event->at > *query.until) return;
    if (event) enough = !take(*std::move(event));
  });
  auto reply =
      engine.follow(path, [&](std::string_view piece) { return objects.add(piece) && !enough; }, {.cancel = &cancel});
  if (cancel.draining() || enough) return Ok{};
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "tell what happened");
  if (!objects.fault().empty()) {
    return Error{.code = "E0615",
                 .message = fmt::format("the events of node `{}` can't be read: {}", engine.node(), objects.fault()),
                 .help = "is it a container engine that answers at the node's `endpoint`?"};
  }
  return Ok{};
}

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
      return events_on(engine, context_.owner, query, taking, cancel);
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
