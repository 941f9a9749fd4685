#include "providers/nodes/balancer/refused_routes.h"

#include "providers/engine/foreign_routes.h"
#include "providers/nodes/balancer/haproxy_config.h"
#include "providers/nodes/balancer/runtime.h"

namespace infra::nodes::balancer {

namespace {

struct WantedPart {
  std::string balancer;  // identity_of
  Part part;
};

std::optional<WantedPart> wanted_part(const CreateRequest& request, const Ownership& owner) {
  if (request.type == engine::kBalancerRoute && request.inputs["balancer"].string() != nullptr) {
    return WantedPart{.balancer = text_of(request.inputs["balancer"]),
                      .part = {.name = {}, .text = foreign_part(owner, request.address, request.inputs, "")}};
  }
  if (request.type != "load_balancer") return std::nullopt;
  return WantedPart{.balancer = identity_of(owner, request.address),
                    .part = {.name = kOwnPart, .text = own_part(owner, request.address, request.inputs, {})}};
}

std::optional<Error> clash_at(const BalancerPlace& place, const Part& wanted) {
  if (!place.seen.running) return std::nullopt;
  auto now = configured(*place.engine, place.seen.container);
  if (!now) return std::nullopt;
  for (const auto& name : former_parts(wanted, now->parts))
    std::erase_if(now->parts, [&](const Part& part) { return part.name == name; });
  const auto clash = clash_of(wanted, now->parts);
  return clash ? std::optional(taken(*clash, place.engine->node())) : std::nullopt;
}

}  // namespace

std::vector<Provider::Refusal> refused_routes(const Engines& engines, const Ownership& owner,
                                              const std::vector<CreateRequest>& wanted) {
  std::vector<Provider::Refusal> out;
  for (const auto& request : wanted) {
    const auto its = wanted_part(request, owner);
    if (!its) continue;
    const auto places =
        balancers_where(engines, [&](const BalancerSeen& one) { return one.identity() == its->balancer; });
    if (!places) continue;
    for (const auto& place : *places) {
      auto error = clash_at(place, its->part);
      if (!error) continue;
      out.push_back({request.address, *std::move(error)});
      break;
    }
  }
  return out;
}

}  // namespace infra::nodes::balancer
