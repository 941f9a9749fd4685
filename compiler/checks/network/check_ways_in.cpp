#include <fmt/format.h>

#include <algorithm>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_places.h"

namespace infra::checks {
namespace {

bool is_internal(const Resource& balancer) {
  const auto* internal = balancer.config["internal"].boolean();
  return internal == nullptr || *internal;  // what isn't known may be
}

// What the internet is to reach stands where the internet gateway leads.
void check_public(const Resource& balancer, const Places& places, Diagnostics& diagnostics) {
  const auto where = places.named(balancer.config["subnets"]);
  if (is_internal(balancer) || !where || where->empty()) return;
  Subnets closed;
  for (const auto* subnet : *where) {
    if (is_public(*subnet) == false) closed.push_back(subnet);
  }
  if (closed.empty()) return;
  const bool all = closed.size() == where->size();
  Diagnostic out{.severity = all ? Severity::error : Severity::warning,
                 .code = "E0418",
                 .message = all ? fmt::format("nothing outside can reach {}: its subnets are private", named(balancer))
                                : fmt::format("clients that are sent to {} of {} reach nothing: it is private",
                                              named(*closed.front()), named(balancer)),
                 .primary = {balancer.place("subnets"), all ? "private" : "not all are public"}};
  for (const auto* subnet : closed) out.secondary.push_back({subnet->span, "not public"});
  out.help = "use subnets with public = true, or make the balancer internal = true";
  diagnostics.add(std::move(out));
}

struct Pair {
  const Use& use;
  const Resource& balancer;
  std::string path;  // of the route: "route.0."
  const Subnets& front;
  const Subnets& behind;
};

// A vpc is a world of its own: what stands in another one isn't reached.
bool check_vpcs(const Pair& pair, const Places& places, Diagnostics& diagnostics) {
  const auto* front = places.vpc_of(*pair.front.front());
  const auto* behind = places.vpc_of(*pair.behind.front());
  if (front == behind) return true;
  diagnostics
      .error("E0418", pair.use.owner->place(pair.path + "listener"),
             fmt::format("{} can't reach {}: they are in different vpcs", named(pair.balancer), named(*pair.use.owner)),
             fmt::format("is in {}", named(*front)),
             fmt::format("put both into one vpc; the service is in {}", named(*behind)))
      .secondary.push_back({pair.use.owner->written("subnets").value_or(pair.use.owner->place("cluster")),
                            fmt::format("is in {}", named(*behind))});
  return false;
}

// A balancer of AWS sends nothing to a zone in which it has no subnet.
void check_zones(const Pair& pair, Diagnostics& diagnostics) {
  const auto front = zones_of(pair.front);
  const auto behind = zones_of(pair.behind);
  if (front.empty() || behind.empty()) return;
  std::set<std::string> missed;
  for (const auto& zone : behind) {
    if (!front.contains(zone)) missed.insert(zone);
  }
  if (missed.empty()) return;
  const bool all = missed.size() == behind.size();
  Diagnostic out{
      .severity = all ? Severity::error : Severity::warning,
      .code = "E0418",
      .message = fmt::format("{} sends nothing to {} of {}: it has no subnet in zone {}", named(pair.balancer),
                             all ? "the copies" : "some copies", named(*pair.use.owner), fmt::join(missed, ", ")),
      .primary = {pair.use.owner->place(pair.path + "listener"), fmt::format("is in zone {}", fmt::join(front, ", "))}};
  for (const auto* subnet : pair.behind) {
    if (missed.contains(zone_of(*subnet))) out.secondary.push_back({subnet->span, "copies run here"});
  }
  out.help = fmt::format("give the balancer a subnet in zone {}, or the service subnets in zone {}",
                         fmt::join(missed, ", "), fmt::join(front, ", "));
  diagnostics.add(std::move(out));
}

const Resource* balancer_of(const Graph& graph, const Value& route) {
  const auto* ref = route["listener"].ref();
  const auto* listener = ref != nullptr ? graph.find(ref->address) : nullptr;
  const auto* parent = listener != nullptr ? listener->config["load_balancer"].ref() : nullptr;
  return parent != nullptr ? graph.find(parent->address) : nullptr;
}

void check_routes(const Graph& graph, const Use& use, const Places& places, Diagnostics& diagnostics) {
  const auto* routes = use.config("route").list();
  const auto behind = routes != nullptr && use.mode == "awsvpc" ? places.of_tasks(use) : std::nullopt;
  if (!behind || behind->empty() || use.launch == Launch::kubernetes) return;
  for (std::size_t i = 0; i < routes->size(); ++i) {
    const auto* balancer = balancer_of(graph, (*routes)[i]);
    const auto front = balancer != nullptr ? places.named(balancer->config["subnets"]) : std::nullopt;
    if (!front || front->empty()) continue;
    const Pair pair{use, *balancer, fmt::format("route.{}.", i), *front, *behind};
    if (check_vpcs(pair, places, diagnostics) && is_aws(use.launch)) check_zones(pair, diagnostics);
  }
}

// The tasks' interfaces are plugged into instances: both are in one vpc, and in one zone.
void check_instances(const Use& use, const Places& places, Diagnostics& diagnostics) {
  const auto stated = use.owner != nullptr ? use.owner->written("subnets") : std::nullopt;
  if (!stated || use.mode != "awsvpc" || use.cluster == nullptr || !is_aws(use.launch)) return;
  const auto tasks = places.named(use.config("subnets"));
  const auto instances = places.usual(*use.cluster);
  if (!tasks || tasks->empty() || !instances || instances->empty()) return;
  const auto* here = places.vpc_of(*tasks->front());
  const auto* there = places.vpc_of(*instances->front());
  if (here != there) {
    const bool ec2 = use.launch == Launch::ec2;
    Diagnostic out{.severity = ec2 ? Severity::error : Severity::warning,
                   .code = "E0415",
                   .message = fmt::format("{} is in another vpc than its cluster", named(*use.owner)),
                   .primary = {*stated, fmt::format("of {}", named(*here))}};
    out.secondary.push_back({use.cluster->place("vpc"), fmt::format("the cluster is in {}", named(*there))});
    out.help = ec2 ? "choose subnets of the cluster's vpc: a task has its interface on an instance there"
                   : "choose subnets of the cluster's vpc, or leave them out";
    diagnostics.add(std::move(out));
    return;
  }
  const auto wanted = zones_of(*tasks);
  const auto zones = zones_of(*instances);
  if (use.launch != Launch::ec2 || wanted.empty() || zones.empty()) return;
  const bool meet = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& z) { return zones.contains(z); });
  if (meet) return;
  diagnostics
      .error("E0415", *stated,
             fmt::format("{} can't run: its subnets are in zone {}, its instances in zone {}", named(*use.owner),
                         fmt::join(wanted, ", "), fmt::join(zones, ", ")),
             "no instance there", "choose subnets in the instances' zones, or leave them out")
      .secondary.push_back({use.launch_place(), "instances run in the vpc's private subnets, else in all"});
}

}  // namespace

void ways_in(const CheckInput& input, Diagnostics& diagnostics) {
  const Places places(input.graph);
  for (const auto& resource : input.graph.resources) {
    const auto* platform = input.graph.platform(resource.platform);
    const bool on_aws = platform != nullptr && platform->kind == "aws";
    if (on_aws && resource.address.kind == "load_balancer") check_public(resource, places, diagnostics);
  }
  for (const auto& use : input.uses) {
    check_routes(input.graph, use, places, diagnostics);
    check_instances(use, places, diagnostics);
  }
}

}  // namespace infra::checks
