#include <fmt/format.h>

#include <algorithm>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"

namespace infra::checks {
namespace {

struct Network {
  const Resource* resource;
  Cidr cidr;
};

void overlap(const Network& a, const Network& b, Diagnostics& diagnostics) {
  // Of two that collide the later one is to blame, by the order of the files.
  const bool swapped = b.resource->place("cidr") < a.resource->place("cidr");
  const auto& earlier = swapped ? b : a;
  const auto& later = swapped ? a : b;
  diagnostics
      .error("E0407", later.resource->place("cidr"),
             fmt::format("{} {} overlaps {} {}", later.resource->address.text(), format_cidr(later.cidr),
                         earlier.resource->address.text(), format_cidr(earlier.cidr)),
             format_cidr(later.cidr), "choose networks that share no address")
      .secondary.push_back({earlier.resource->place("cidr"), format_cidr(earlier.cidr)});
}

// Sorted by base, a network can only overlap those that begin inside the ones before it: linear after the sort.
void overlaps_among(std::vector<Network> networks, Diagnostics& diagnostics) {
  std::sort(networks.begin(), networks.end(), [](const Network& a, const Network& b) {
    return std::tie(a.cidr.base, a.cidr.prefix) < std::tie(b.cidr.base, b.cidr.prefix);
  });
  const Network* widest = nullptr;
  for (const auto& network : networks) {
    if (widest != nullptr && overlaps(widest->cidr, network.cidr)) {
      overlap(*widest, network, diagnostics);
    } else {
      widest = &network;
    }
  }
}

// The usual size of a subnet in such a network: /24 of a /16, /64 of IPv6; what is smaller already is taken whole.
int usual_prefix(const Cidr& network) {
  const int prefix = network.prefix;
  if (network.base.v6) return std::max(prefix, 64);
  return std::max(prefix, std::min(prefix + 8, 28));
}

}  // namespace

void networks(const CheckInput& input, Diagnostics& diagnostics) {
  const Graph& graph = input.graph;
  std::map<std::string, std::vector<Network>> vpcs;  // by platform
  std::map<Address, std::vector<Network>> subnets;   // by vpc
  for (const auto& resource : graph.resources) {
    const auto* cidr = resource.config["cidr"].get<Cidr>();
    if (cidr == nullptr) continue;
    // On AWS and Kubernetes networks are worlds of their own; on one machine their addresses meet.
    const auto* platform = graph.platform(resource.platform);
    const bool shared = platform != nullptr && (platform->kind == "nodes" || platform->kind == "simulator");
    if (resource.address.kind == "vpc" && shared) vpcs[resource.platform].push_back({&resource, *cidr});
    const auto* vpc = resource.config["vpc"].ref();
    if (resource.address.kind == "subnet" && vpc != nullptr) subnets[vpc->address].push_back({&resource, *cidr});
  }
  for (auto& [platform, all] : vpcs) overlaps_among(std::move(all), diagnostics);
  for (auto& [vpc, all] : subnets) {
    const auto* outer = graph.find(vpc);
    const auto* range = outer != nullptr ? outer->config["cidr"].get<Cidr>() : nullptr;
    for (const auto& subnet : all) {
      if (range == nullptr || contains(*range, subnet.cidr)) continue;
      diagnostics
          .error("E0407", subnet.resource->place("cidr"),
                 fmt::format("{} lies outside its vpc", subnet.resource->address.text()), format_cidr(subnet.cidr),
                 fmt::format("use a part of {}, for example {}.cidr.slice({}, 0)", format_cidr(*range), vpc.path,
                             usual_prefix(*range)))
          .secondary.push_back({outer->place("cidr"), format_cidr(*range)});
    }
    overlaps_among(std::move(all), diagnostics);
  }
}

}  // namespace infra::checks
