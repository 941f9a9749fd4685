#include <fmt/format.h>

#include <algorithm>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_places.h"
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

// A namespace that a cluster of the stack is, as the platform kubernetes calls it.
std::string namespace_of(const Graph& graph, const Resource& cluster) {
  const auto* own = cluster.config["name"].string();
  if (const auto* stated = cluster.config["kubernetes"]["namespace"].string()) return *stated;
  if (cluster.existing) return own != nullptr ? *own : run_time_name(cluster.address.path);
  return fmt::format("{}-{}", run_time_name(graph.stack), run_time_name(own != nullptr ? *own : cluster.address.path));
}

// The profiles of a cluster without machines; nullptr: it has some, or isn't this stack's.
const Map* only_profiles(const Graph& graph, const PlatformDecl& platform) {
  const auto* ref = platform.kind == "kubernetes" ? platform.config["eks"].ref() : nullptr;
  const auto* eks = ref != nullptr ? graph.find(ref->address) : nullptr;
  return eks != nullptr && !has(*eks, "group") && has(*eks, "fargate") ? eks->config["fargate"].map() : nullptr;
}

// Where there are no machines, pods of a namespace without a profile wait for ever.
void check_namespaces(const Graph& graph, const PlatformDecl& platform, Diagnostics& diagnostics) {
  const auto* profiles = only_profiles(graph, platform);
  if (profiles == nullptr) return;
  for (const auto& cluster : graph.resources) {
    if (cluster.address.kind != "cluster" || cluster.platform != platform.name) continue;
    const auto space = namespace_of(graph, cluster);
    const bool served = std::any_of(profiles->begin(), profiles->end(), [&](const Entry& profile) {
      const auto* of = profile.second["namespace"].string();
      return of == nullptr || *of == space;
    });
    if (served) continue;
    diagnostics
        .warning("E0418", cluster.span, fmt::format("no pod of {} finds a place to run", named(cluster)),
                 fmt::format("the namespace {} has no profile", space),
                 fmt::format("add one: fargate {} {{ namespace = \"{}\" }}, or machines: group NAME {{ … }}",
                             run_time_name(cluster.address.path), space))
        .secondary.push_back({platform.place("eks"), "has no machines"});
  }
}

// A platform is one cluster: by what EKS says of it, or by a file.
void check_access(const PlatformDecl& platform, Diagnostics& diagnostics) {
  if (platform.kind != "kubernetes" || platform.config["eks"].is_null()) return;
  for (const auto* other : {"kubeconfig", "context"}) {
    if (platform.config[other].is_null()) continue;
    diagnostics
        .error("E0415", platform.place(other), fmt::format("platform `{}` has `eks` and `{}`", platform.name, other),
               "another way to a cluster", "leave out one of the two")
        .secondary.push_back({platform.place("eks"), "the cluster of EKS"});
  }
}

}  // namespace

void eks(const CheckInput& input, Diagnostics& diagnostics) {
  const Places places(input.graph);
  for (const auto& platform : input.graph.platforms) {
    check_access(platform, diagnostics);
    check_namespaces(input.graph, platform, diagnostics);
  }
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
