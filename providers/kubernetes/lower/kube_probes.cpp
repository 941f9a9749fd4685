#include "providers/kubernetes/lower/kube_probes.h"

#include <algorithm>

#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

namespace {

std::int64_t at_least_one(std::int64_t seconds) { return std::max<std::int64_t>(1, seconds); }

Map exec_probe(const Value& health, const Value& failures) {
  return entries({{"exec", entries({{"command", health["command"]}})},
                  {"periodSeconds", at_least_one(seconds_up(health["every"]))},
                  {"timeoutSeconds", at_least_one(seconds_up(health["timeout"]))},
                  {"failureThreshold", failures}});
}

std::int64_t turns_within(const Value& time, const Value& every) {
  const auto period = at_least_one(seconds_up(every));
  return (seconds_up(time) + period - 1) / period;
}

// A balancer's new target is in use after one good check; only what is stated asks for more.
Map http_probe(const RouteProbe& route) {
  const auto& health = *route.health;
  return entries({{"httpGet", entries({{"path", health["path"]}, {"port", route.port}, {"scheme", "HTTP"}})},
                  {"periodSeconds", at_least_one(seconds_up(health["every"]))},
                  {"timeoutSeconds", at_least_one(seconds_up(health["timeout"]))},
                  {"successThreshold", route.states_healthy ? health["healthy"] : Value(1)},
                  {"failureThreshold", health["unhealthy"]}});
}

}  // namespace

void add_probes(Map& out, const Value& container, const Turn& turn, const RouteProbe* route) {
  if (turn.role == Role::once) return;  // it has to end: nothing is asked of it
  const auto& health = container["health"];
  if (!health.is_null()) {
    const auto retries = health["retries"].integer() != nullptr ? *health["retries"].integer() : 3;
    out.set("livenessProbe", exec_probe(health, retries));
    out.set("readinessProbe", exec_probe(health, retries));
    const auto grace = turns_within(health["grace"], health["every"]);
    const auto start = turn.waited_for_health ? turns_within(container["start_timeout"], health["every"]) : 0;
    const auto failures = std::max(grace > 0 ? grace + retries : 0, start);
    if (failures > 0) out.set("startupProbe", exec_probe(health, failures));
  }
  if (route != nullptr) out.set("readinessProbe", http_probe(*route));
}

}  // namespace infra::kubernetes
