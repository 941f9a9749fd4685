// What the cluster says happened to a stack's pods and to what makes them.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "base/text/rfc3339.h"
#include "providers/kubernetes/live/kubernetes_live.h"
#include "providers/kubernetes/live/pods.h"

namespace infra::kubernetes {

namespace {

using namespace std::chrono_literals;

constexpr auto kPace = 1s;

LogTime time_of(const Json& event) {
  for (const auto* key : {"lastTimestamp", "eventTime", "firstTimestamp"}) {
    if (const auto at = parse_rfc3339(text(get(event, key)))) return *at;
  }
  return parse_rfc3339(text(get(event, "metadata", "creationTimestamp"))).value_or(LogTime{});
}

// spec.containers{web} → "web".
std::string container_in(const Json& event) {
  const auto path = text(get(event, "involvedObject", "fieldPath"));
  const auto from = path.find('{');
  return from == std::string::npos ? std::string() : path.substr(from + 1, path.size() - from - 2);
}

// Whose it is: of a workload itself, of a pod, or of a ReplicaSet between them. What is gone is known by its name.
std::optional<Address> address_of(const Json& event, const StackPods& stack) {
  const auto& about = get(event, "involvedObject");
  const auto space = text(get(about, "namespace"));
  const auto name = text(get(about, "name"));
  const auto kind = text(get(about, "kind"));
  if (kind != "Pod" && kind != "ReplicaSet" && kind != "Deployment" && kind != "DaemonSet" && kind != "Job") return {};
  const Workload* best = nullptr;
  for (const auto& one : stack.workloads) {
    const bool fits = one.space == space && (name == one.name || name.starts_with(one.name + "-"));
    if (fits && (best == nullptr || one.name.size() > best->name.size())) best = &one;
  }
  if (best == nullptr) return {};
  if (kind != "Pod") return best->owner;
  return best->owner.with_part(name.substr(std::min(name.size(), best->name.size() + 1)));
}

std::string words_of(const Json& event) {
  auto message = text(get(event, "message"));
  std::replace(message.begin(), message.end(), '\n', ' ');
  const auto count = number(get(event, "count"));
  return fmt::format("{}: {}{}", text(get(event, "reason")), message,
                     count > 1 ? fmt::format(" ({} times)", count) : std::string());
}

}  // namespace

Result<Ok> KubernetesLive::events(const EventQuery& query, const TakeEvent& take, const Cancel& cancel) {
  std::set<std::string> told;
  for (;;) {
    auto stack = pods_of_stack(cluster_, &cancel);
    if (!stack) return cancel.draining() ? Result<Ok>(Ok{}) : std::move(stack).error();
    std::set<std::string> spaces;
    for (const auto& one : stack->workloads) spaces.insert(one.space);
    std::vector<LiveEvent> fresh;
    for (const auto& space : spaces) {
      std::vector<Json> events;
      auto refused = cluster_.client().list({.path = path_of("v1", "events", space), .cancel = &cancel}, events);
      if (!refused) return cancel.draining() ? Result<Ok>(Ok{}) : std::move(refused).error();
      if (*refused) {
        return refusal(**refused, {.verb = "list", .resource = "events", .space = space}, cluster_.client().where());
      }
      for (const auto& event : events) {
        const auto at = time_of(event);
        // One that happens again is the same object with another count.
        const auto key = text(get(event, "metadata", "uid")) + text(get(event, "metadata", "resourceVersion"));
        if (at < query.since || (query.until && at > *query.until) || !told.insert(key).second) continue;
        auto address = address_of(event, *stack);
        if (!address) continue;
        fresh.push_back({.at = at,
                         .address = *std::move(address),
                         .node = text(get(event, "source", "host")),
                         .container = container_in(event),
                         .what = words_of(event)});
      }
    }
    std::stable_sort(fresh.begin(), fresh.end(), [](const LiveEvent& a, const LiveEvent& b) { return a.at < b.at; });
    for (auto& event : fresh) {
      if (!take(std::move(event))) return Ok{};
    }
    if (query.until) return Ok{};
    for (auto left = std::chrono::milliseconds(kPace); left > 0ms; left -= 50ms) {
      if (cancel.draining()) return Ok{};
      std::this_thread::sleep_for(50ms);
    }
  }
}

}  // namespace infra::kubernetes
