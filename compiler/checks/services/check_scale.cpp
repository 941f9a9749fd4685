// What `scale` aims at can be measured.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/network/check_listeners.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

// Requests are seen where http is spoken: by one of the routes' listeners, if all are known.
bool sees_requests(const Graph& graph, const List& routes) {
  return std::any_of(routes.begin(), routes.end(), [&](const Value& route) {
    const auto* ref = route["listener"].ref();
    const auto* listener = ref != nullptr ? graph.find(ref->address) : nullptr;
    return listener == nullptr || protocol_of(*listener).empty() || speaks_http(*listener);
  });
}

void check_targets(const Graph& graph, const Use& use, Diagnostics& diagnostics) {
  const auto& service = *use.owner;
  const auto& scale = use.config("scale");
  const bool requests = !scale["target_requests"].is_null();
  if (scale["target_cpu"].is_null() && scale["target_memory"].is_null() && !requests) {
    diagnostics.error("E0206", service.place("scale"), fmt::format("`scale` of {} has no target", named(service)),
                      "by what would it scale?", "add for example target_cpu = 60%");
  }
  const auto* routes = use.config("route").list();
  if (requests && (routes == nullptr || !sees_requests(graph, *routes))) {
    diagnostics.error("E0415", service.place("scale.target_requests"),
                      fmt::format("{} scales by its requests, but has no `route`{}", named(service),
                                  routes != nullptr ? " of http" : ""),
                      "no load balancer counts them", "add a `route` of an http listener, or scale by target_cpu");
  }
}

// It has ended before the others begin: Kubernetes makes an init container of it, and nothing of it is counted.
bool ends_before_others(const Map& containers, const std::string& label) {
  return containers.find(label) != nullptr && (*containers.find(label))["essential"] == Value(false) &&
         std::any_of(containers.begin(), containers.end(),
                     [&](const Entry& other) { return other.second["after"][label] == Value("succeeded"); });
}

// What a copy uses is divided by what it asks for: without that nothing is measured.
void check_measured(const Use& use, Diagnostics& diagnostics) {
  if (use.launch != Launch::kubernetes && use.launch != Launch::nodes) return;
  const auto& scale = use.config("scale");
  for (const auto& [target, need] : {std::pair("target_cpu", "cpu"), std::pair("target_memory", "memory")}) {
    if (scale[target].is_null() || !use.task->config[need].is_null()) continue;
    for (const auto& [label, container] : use.containers()) {
      const bool memory = std::string_view(need) == "memory" && !container["memory_reservation"].is_null();
      if (!container[need].is_null() || memory || ends_before_others(use.containers(), label)) continue;
      diagnostics
          .error("E0206", use.owner->place(fmt::format("scale.{}", target)),
                 fmt::format("{} scales by {}, but container `{}` asks for none: nothing is measured",
                             named(*use.owner), std::string_view(need) == "cpu" ? "CPU" : "memory", label),
                 "in percent of what its containers ask for",
                 fmt::format("state `{}` in the task or in each container", need))
          .secondary.push_back({use.task->place("container." + label), fmt::format("states no `{}`", need)});
      break;
    }
  }
}

}  // namespace

void scale(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& use : input.uses) {
    if (!use.is_service() || use.config("scale").map() == nullptr || is_daemon(use)) continue;
    check_targets(input.graph, use, diagnostics);
    check_measured(use, diagnostics);
  }
}

}  // namespace infra::checks
