#include <fmt/format.h>

#include <algorithm>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_places.h"

namespace infra::checks {
namespace {

bool on_aws(const Graph& graph, const Resource& resource) {
  const auto* platform = graph.platform(resource.platform);
  return platform != nullptr && platform->kind == "aws";
}

// A vpc whose subnets are all private gets no internet gateway, and a NAT gateway has no subnet to stand in. Where
// `nat = none` is stated, somebody may have attached another way out: an endpoint, a transit gateway.
void report_cut_off(const Resource& vpc, const Resource& runner, Span place, std::string_view what,
                    const Places& places, Diagnostics& diagnostics) {
  const bool stated = stated_nat(vpc) == "none";
  const bool gateway = places.has_gateway(vpc);
  Diagnostic out{
      .severity = stated ? Severity::warning : Severity::error,
      .code = "E0418",
      .message = fmt::format("{} {}: the subnets that it is in have no way out of {}", named(runner), what, named(vpc)),
      .primary = {stated ? place : vpc.span,
                  stated ? "is in private subnets" : "has only private subnets: no gateway, no NAT"}};
  if (stated) {
    out.secondary.push_back({vpc.place("aws.nat"), "private subnets have no NAT"});
    out.help = gateway ? "leave `nat` out, or choose public subnets; with VPC endpoints for all that it needs it works"
                       : "add a public subnet and leave `nat` out; with VPC endpoints for all that it needs it works";
  } else {
    out.secondary.push_back({place, "is there"});
    out.help =
        "add a public subnet, and a NAT gateway leads the private ones out: subnet out { cidr = …; public = true }; "
        "if something else leads out, say so: aws { nat = none }";
  }
  diagnostics.add(std::move(out));
}

// An image is pulled, a secret is read and logs are written through the task's own interface on Fargate; on EC2 the
// instance does it, which reaches ECS the same way.
void check_use(const Use& use, const Places& places, Diagnostics& diagnostics) {
  if (use.owner == nullptr || use.cluster == nullptr) return;
  const bool ec2 = use.launch == Launch::ec2;
  if (!ec2 && use.launch != Launch::fargate) return;
  const auto where = ec2 ? places.usual(*use.cluster) : places.of_tasks(use);
  if (!where || where->empty()) return;
  const auto shut = std::find_if(where->begin(), where->end(), [&](const Resource* s) { return places.cut_off(*s); });
  if (shut == where->end()) return;
  const auto stated = use.owner->written("subnets");
  report_cut_off(*places.vpc_of(**shut), *use.owner, stated && !ec2 ? *stated : use.owner->place("cluster"),
                 ec2 ? "can't run, since its instances can't reach ECS" : "can't pull its images", places, diagnostics);
}

// On instances an awsvpc task has a network interface without public address, wherever that stands.
void check_no_address(const Use& use, const Places& places, Diagnostics& diagnostics) {
  if (use.owner == nullptr || use.launch != Launch::ec2 || use.mode != "awsvpc") return;
  const auto where = places.of_tasks(use);
  if (!where || where->empty()) return;
  const bool open = std::all_of(where->begin(), where->end(), [](const Resource* s) { return is_public(*s) == true; });
  if (!open) return;
  const auto stated = use.owner->written("subnets");
  auto& diagnostic = diagnostics.warning(
      "E0418", stated ? *stated : use.mode_place(),
      fmt::format("the tasks of {} reach nothing outside their vpc: on EC2 an awsvpc task has no public address",
                  named(*use.owner)),
      stated ? "public subnets" : "is in public subnets, since there is no private one",
      "put them into a private subnet, whose NAT leads out, or use network = bridge");
  diagnostic.secondary.push_back({use.launch_place(), "it runs here"});
}

// A NAT gateway stands in a public subnet, and serves private ones.
void check_nat(const Resource& vpc, const Places& places, Diagnostics& diagnostics) {
  const auto& nat = stated_nat(vpc);
  const auto* subnets = places.of_vpc(vpc.address);
  if (nat.empty() || nat == "none" || subnets == nullptr || subnets->empty()) return;
  const auto place = vpc.place("aws.nat");
  if (!places.has_gateway(vpc)) {
    diagnostics.error("E0418", place, fmt::format("the NAT gateway of {} has no public subnet to be in", named(vpc)),
                      "leads nowhere", "add a subnet with public = true");
    return;
  }
  Subnets open;
  Subnets closed;
  for (const auto* subnet : *subnets) {
    const auto is_open = is_public(*subnet);
    if (!is_open) return;
    (*is_open ? open : closed).push_back(subnet);
  }
  if (closed.empty()) {
    auto& diagnostic =
        diagnostics.warning("E0418", place, fmt::format("{} pays for a NAT gateway that nothing uses", named(vpc)),
                            "no subnet is private", "leave `nat` out");
    diagnostic.fixes.push_back({place, "none"});
    return;
  }
  if (nat != "zone") return;
  const auto zones = zones_of(open);
  if (zones.empty()) return;
  for (const auto* subnet : closed) {
    const auto zone = zone_of(*subnet);
    if (zone.empty() || zones.contains(zone)) continue;
    auto& diagnostic = diagnostics.error(
        "E0418", place, fmt::format("zone {} of {} has no public subnet for its NAT gateway", zone, named(vpc)),
        "one in each zone", fmt::format("add a public subnet in zone {}, or use nat = one", zone));
    diagnostic.secondary.push_back({subnet->span, "needs it"});
    diagnostic.fixes.push_back({place, "one"});
    return;
  }
}

}  // namespace

void ways_out(const CheckInput& input, Diagnostics& diagnostics) {
  const Places places(input.graph);
  for (const auto& use : input.uses) {
    check_use(use, places, diagnostics);
    check_no_address(use, places, diagnostics);
  }
  for (const auto& resource : input.graph.resources) {
    if (resource.address.kind == "vpc" && on_aws(input.graph, resource)) check_nat(resource, places, diagnostics);
  }
}

}  // namespace infra::checks
