#include <fmt/format.h>

#include <algorithm>

#include "compiler/checks/input.h"
#include "compiler/checks/parts.h"
#include "compiler/checks/places.h"
#include "facts/aws_regions.h"

namespace infra::checks {
namespace {

bool has(const Resource& eks, const char* block) {
  const auto* all = eks.config[block].map();
  return all != nullptr && !all->empty();
}

// Pods of a Fargate profile get no public address: CreateFargateProfile takes private subnets only.
void check_profiles(const Resource& eks, const Subnets& subnets, Diagnostics& diagnostics) {
  const bool open =
      std::all_of(subnets.begin(), subnets.end(), [](const Resource* s) { return is_public(*s) == true; });
  if (!has(eks, "fargate") || !open) return;
  const auto label = eks.config["fargate"].map()->begin()->first;
  diagnostics
      .error("E0418", eks.place("fargate." + label),
             fmt::format("the Fargate pods of {} have no private subnet", named(eks)),
             "put them into private subnets only", "add a private subnet to `subnets`; a NAT gateway leads it out")
      .secondary.push_back({eks.place("subnets"), "all are public"});
}

// Machines join by the cluster's API and pull its images: what has no way out stays outside for ever.
void check_way_out(const Resource& eks, const Subnets& subnets, const Places& places, Diagnostics& diagnostics) {
  if (!has(eks, "group") && !has(eks, "fargate")) return;
  const bool shut = std::all_of(subnets.begin(), subnets.end(), [&](const Resource* s) { return places.cut_off(*s); });
  if (!shut) return;
  const auto* vpc = places.vpc_of(*subnets.front());
  const bool stated = stated_nat(*vpc) == "none";
  Diagnostic out{.severity = stated ? Severity::warning : Severity::error,
                 .code = "E0418",
                 .message = fmt::format("the machines of {} can't join it: its subnets have no way out of {}",
                                        named(eks), named(*vpc)),
                 .primary = {eks.place("subnets"), "private, without NAT"}};
  out.secondary.push_back({stated ? vpc->place("aws.nat") : vpc->span, stated ? "no NAT" : "has only private subnets"});
  out.help = "add a public subnet to the vpc: a NAT gateway then leads the private ones out";
  diagnostics.add(std::move(out));
}

// Some zones have no room for the control plane. Letters mean other zones in other accounts, so it may be right.
void check_zones(const Graph& graph, const Resource& eks, const Subnets& subnets, Diagnostics& diagnostics) {
  const auto* platform = graph.platform(eks.platform);
  const auto* region = platform != nullptr ? platform->config["region"].string() : nullptr;
  if (region == nullptr) return;
  for (const auto* subnet : subnets) {
    const auto zone = facts::zone_name(*region, zone_of(*subnet));
    if (!facts::zone_without_eks(zone)) continue;
    auto& diagnostic = diagnostics.warning("E0416", eks.place("subnets"),
                                           fmt::format("AWS has no control plane of EKS in {} of most accounts", zone),
                                           "may be refused", "choose subnets in other zones");
    diagnostic.secondary.push_back({subnet->place("zone"), "this zone"});
    return;
  }
}

// CoreDNS is a pod as well: without machines it needs a profile of its namespace.
void check_dns(const Resource& eks, Diagnostics& diagnostics) {
  const auto* profiles = eks.config["fargate"].map();
  if (has(eks, "group") || profiles == nullptr || profiles->empty()) return;
  const bool served = std::any_of(profiles->begin(), profiles->end(), [](const Entry& profile) {
    const auto* space = profile.second["namespace"].string();
    return space == nullptr || *space == "kube-system";
  });
  if (served) return;
  diagnostics.warning("E0418", eks.place("fargate." + profiles->begin()->first),
                      fmt::format("no pod of {} resolves a name: CoreDNS has no place to run", named(eks)),
                      "no profile for kube-system", "add a profile: fargate system { namespace = \"kube-system\" }");
}

}  // namespace

void eks(const CheckInput& input, Diagnostics& diagnostics) {
  const Places places(input.graph);
  for (const auto& resource : input.graph.resources) {
    if (resource.address.kind != "eks") continue;
    check_dns(resource, diagnostics);
    const auto subnets = places.named(resource.config["subnets"]);
    if (!subnets || subnets->empty()) continue;
    check_profiles(resource, *subnets, diagnostics);
    check_way_out(resource, *subnets, places, diagnostics);
    check_zones(input.graph, resource, *subnets, diagnostics);
  }
}

}  // namespace infra::checks
