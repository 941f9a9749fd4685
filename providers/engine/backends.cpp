#include "providers/engine/backends.h"

#include <fmt/format.h>

#include <algorithm>

#include "facts/rollout.h"

namespace infra::engine {

namespace {

constexpr std::int64_t kLeastSlots = 16;

std::string plain_text(const Value& value) { return value.string() != nullptr ? *value.string() : std::string(); }

// The most copies that may exist at a time, with room so that a few more need no new configuration.
std::int64_t slots_for(const Lowering& lowering, const ServiceView& view) {
  const auto* max = view.service->config["deploy"]["max"].get<Percent>();
  const auto nodes = static_cast<std::int64_t>(nodes_of(lowering.context.platform).size());
  const auto copies = view.daemon ? nodes : view.desired;
  const auto most = facts::ceiling_of(max != nullptr ? *max : Percent{200}, copies);
  std::int64_t out = kLeastSlots;
  while (out < most + 4) out *= 2;
  return out;
}

// Its only copy goes before the next one comes: requests wait meanwhile.
bool stops_first(const Lowering& lowering, const ServiceView& view) {
  const auto& service = *view.service;
  const auto nodes = nodes_of(lowering.context.platform).size();
  if (view.daemon ? nodes > 1 : view.desired != 1) return false;
  const auto* max = service.config["deploy"]["max"].get<Percent>();
  return view.daemon || service.options.replace == Replace::destroy_first || (has_fixed_port(view) && nodes == 1) ||
         (max != nullptr && facts::ceiling_of(*max, 1) < 2);
}

}  // namespace

std::string Backends::add(const RouteView& route, bool http) {
  const auto view = view_of(lowering_, *route.service);
  if (!view || view->mode == "none") return {};
  auto backend = backend_of(route, *view, http);
  const auto base = fmt::format("{}.{}", run_time_name(route.service->address.path), plain_text((*route.config)["to"]));
  for (int i = 1;; ++i) {
    auto name = i == 1 ? base : fmt::format("{}-{}", base, i);
    const auto* there = all_.find(name);
    if (there != nullptr && *there != Value(backend)) continue;
    if (there == nullptr) all_.set(name, std::move(backend));
    return name;
  }
}

Map Backends::backend_of(const RouteView& route, const ServiceView& view, bool http) const {
  const auto& config = *route.config;
  const auto to = plain_text(config["to"]);
  const auto dot = std::min(to.find('.'), to.size() - 1);
  Map out({{"service", route.service->address.text()},
           {"container", to.substr(0, dot)},
           {"port", to.substr(dot + 1)},
           {"http", http},
           {"slots", slots_for(lowering_, view)},
           {"drain", config["drain"]}});
  if (stops_first(lowering_, view)) out.set("hold", true);
  const auto* slow = config["slow_start"].get<Duration>();
  if (slow != nullptr && slow->ms > 0) out.set("slow_start", *slow);
  if (config["health"].map() != nullptr) out.set("health", config["health"]);
  return out;
}

List Backends::rules_of(const std::vector<RouteView>& routes, bool http) {
  List out;
  for (const auto& route : routes) {
    const auto backend = add(route, http);
    if (backend.empty()) continue;
    Map rule;
    if (!(*route.config)["host"].is_null()) rule.set("host", (*route.config)["host"]);
    const auto& path = (*route.config)["path"];
    if (!path.is_null() && path != Value("/*") && http) rule.set("path", path);
    rule.set("backend", backend);
    out.emplace_back(std::move(rule));
  }
  return out;
}

}  // namespace infra::engine
