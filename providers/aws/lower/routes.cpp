#include "providers/aws/lower/routes.h"

#include <algorithm>
#include <tuple>

namespace infra::aws {

namespace {

constexpr std::int64_t kStep = 10;

auto rank(const RouteView& route) {
  const auto host = to_text((*route.config)["host"]).value_or("");
  const auto path = to_text((*route.config)["path"]).value_or("");
  const bool pattern = path.find_first_of("*?") != std::string::npos;
  return std::tuple(host.empty(), host.find('*') != std::string::npos, pattern, -static_cast<std::int64_t>(path.size()),
                    route.service->address, route.index);
}

}  // namespace

std::vector<RouteView> routes_of(const Lowering& lowering, const Resource& service) {
  std::vector<RouteView> out;
  const auto* routes = service.config["route"].list();
  if (routes == nullptr) return out;
  for (std::size_t i = 0; i < routes->size(); ++i) {
    const auto* listener = lowering.referred((*routes)[i]["listener"]);
    if (listener != nullptr) {
      out.push_back({.service = &service, .index = i, .config = &(*routes)[i], .listener = listener});
    }
  }
  return out;
}

std::int64_t priority_of(const Lowering& lowering, const RouteView& route) {
  std::int64_t before = 0;
  for (const auto* service : lowering.of_kind("service")) {
    for (const auto& other : routes_of(lowering, *service)) {
      if (other.listener == route.listener && rank(other) < rank(route)) ++before;
    }
  }
  return (before + 1) * kStep;
}

}  // namespace infra::aws
