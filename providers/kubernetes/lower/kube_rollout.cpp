#include "providers/kubernetes/lower/kube_rollout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "facts/rollout.h"

namespace infra::kubernetes {

namespace {

struct Limits {
  Value surge;
  Value unavailable;
};

Percent percent_in(const Value& value, double otherwise) {
  const auto* percent = value.get<Percent>();
  return percent != nullptr ? *percent : Percent{otherwise};
}

Value share(double percent) { return fmt::format("{}%", static_cast<std::int64_t>(std::floor(percent))); }

Limits limits_of(const Resource& service) {
  const auto& deploy = service.config["deploy"];
  const auto min = percent_in(deploy["min"], 100);
  const auto max = percent_in(deploy["max"], 200);
  const auto* desired = service.config["desired"].integer();
  if (service.config["scale"].map() != nullptr || desired == nullptr) {
    const auto surge = std::max(0.0, std::floor(max.value - 100));
    const auto unavailable = std::max(0.0, std::floor(100 - min.value));
    if (surge < 1 && unavailable < 1) return {.surge = 1, .unavailable = 0};
    return {.surge = share(surge), .unavailable = share(unavailable)};
  }
  const auto surge = facts::surge_of(max, *desired);
  const auto unavailable = facts::unavailable_of(min, *desired);
  // Rounded so that nothing could move: the limit that leaves room gets one copy. With none wanted any will do.
  if (surge == 0 && unavailable == 0) {
    const bool more = max.value > 100 || min.value >= 100;
    return {.surge = more ? 1 : 0, .unavailable = more ? 0 : 1};
  }
  return {.surge = surge, .unavailable = unavailable};
}

// One node after the other, unless `deploy` says otherwise. A DaemonSet takes one of the two.
Limits limits_of_daemon(const Resource& service) {
  const auto& deploy = service.config["deploy"];
  const bool states_max = service.written("deploy.max").has_value();
  const bool states_min = service.written("deploy.min").has_value();
  const auto surge = states_max ? std::max(0.0, percent_in(deploy["max"], 100).value - 100) : 0;
  const auto unavailable = states_min ? std::max(0.0, 100 - percent_in(deploy["min"], 0).value) : 0;
  if (states_min && unavailable >= 1) return {.surge = Value(), .unavailable = share(unavailable)};
  if (surge >= 1) return {.surge = share(surge), .unavailable = 0};
  return {.surge = Value(), .unavailable = 1};
}

}  // namespace

Map strategy_of(const Resource& service) {
  const bool daemon = service.config["daemon"] == Value(true);
  auto limits = daemon ? limits_of_daemon(service) : limits_of(service);
  Map rolling;
  rolling.set("maxUnavailable", std::move(limits.unavailable));
  if (!limits.surge.is_null()) rolling.set("maxSurge", std::move(limits.surge));
  return entries({{"type", "RollingUpdate"}, {"rollingUpdate", std::move(rolling)}});
}

Value unavailable_while_drained(const Resource& service) {
  if (service.config["daemon"] == Value(true)) return {};
  if (const auto* range = service.config["scale"]["range"].get<Range>()) return range->high > 1 ? Value(1) : Value();
  const auto* desired = service.config["desired"].integer();
  if (desired == nullptr || *desired < 2) return {};
  const auto min = percent_in(service.config["deploy"]["min"], 100);
  return std::max<std::int64_t>(1, facts::unavailable_of(min, *desired));
}

}  // namespace infra::kubernetes
