#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/network/check_listeners.h"

namespace infra::checks {
namespace {

std::string zone_stated(const Graph& graph, const Value& subnet) {
  const auto* ref = subnet.ref();
  const auto* resource = ref != nullptr ? graph.find(ref->address) : nullptr;
  const auto* zone = resource != nullptr ? resource->config["zone"].string() : nullptr;
  return zone != nullptr ? *zone : "";
}

// An ALB and an EKS cluster stand in two zones or more. A subnet whose zone isn't stated may be in any.
void check_zones(const Graph& graph, const Resource& resource, Diagnostics& diagnostics) {
  const auto* subnets = resource.config["subnets"].list();
  if (subnets == nullptr) return;
  std::set<std::string> zones;
  for (const auto& subnet : *subnets) {
    const auto zone = zone_stated(graph, subnet);
    if (zone.empty() && subnets->size() > 1) return;
    zones.insert(zone);
  }
  if (zones.size() > 1) return;
  diagnostics.error("E0416", resource.place("subnets"), fmt::format("{} needs subnets in two zones", named(resource)),
                    subnets->size() == 1 ? "one subnet" : fmt::format("all in zone {}", *zones.begin()),
                    "AWS wants two availability zones here: add a subnet of another one");
}

// A load balancer has one foot in each zone.
void check_one_a_zone(const Graph& graph, const Resource& balancer, Diagnostics& diagnostics) {
  const auto* subnets = balancer.config["subnets"].list();
  if (subnets == nullptr) return;
  std::set<std::string> seen;
  for (const auto& subnet : *subnets) {
    const auto zone = zone_stated(graph, subnet);
    if (zone.empty() || seen.insert(zone).second) continue;
    diagnostics.error("E0416", balancer.place("subnets"),
                      fmt::format("{} has two subnets in zone {}, and AWS takes one of each", named(balancer), zone),
                      "two of one zone", "leave one of them out");
    return;
  }
}

// A managed group that could never have a machine is refused.
void check_group_sizes(const CheckInput& input, const Resource& eks, Diagnostics& diagnostics) {
  for (const auto& part : input.parts(eks)) {
    const auto* size = part.name == "eks.group.size" ? part.value->get<Range>() : nullptr;
    if (size == nullptr || size->high > 0) continue;
    diagnostics.error("E0416", part.span, fmt::format("a group of {} never has a machine", named(eks)),
                      "at least 1 at its largest", "write for example 0..1");
  }
}

bool is_alb(const Graph& graph, const Address& balancer) {
  return std::any_of(graph.resources.begin(), graph.resources.end(), [&](const Resource& resource) {
    const auto* parent = resource.config["load_balancer"].ref();
    return resource.address.kind == "listener" && parent != nullptr && parent->address == balancer &&
           speaks_http(resource);
  });
}

}  // namespace

// Where AWS lets load balancers and EKS clusters stand.
void zones(const CheckInput& input, Diagnostics& diagnostics) {
  const auto& graph = input.graph;
  for (const auto& resource : graph.resources) {
    const auto* platform = graph.platform(resource.platform);
    if (platform == nullptr || platform->kind != "aws") continue;
    const bool eks = resource.address.kind == "eks";
    const bool balancer = resource.address.kind == "load_balancer";
    if (eks || (balancer && is_alb(graph, resource.address))) check_zones(graph, resource, diagnostics);
    if (balancer) check_one_a_zone(graph, resource, diagnostics);
    if (eks) check_group_sizes(input, resource, diagnostics);
  }
}

}  // namespace infra::checks
