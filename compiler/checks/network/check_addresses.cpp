#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/network/check_listeners.h"
#include "compiler/checks/services/check_nodes.h"
#include "compiler/checks/services/check_places.h"
#include "compiler/checks/services/check_rolling.h"

namespace infra::checks {
namespace {

constexpr std::int64_t kOfAws = 5;       // addresses that AWS keeps in each subnet
constexpr std::int64_t kOfEngine = 3;    // the network's own, the gateway's, the broadcast's
constexpr std::int64_t kOfBalancer = 8;  // free ones that ELB wants in each subnet
constexpr int kBalancerPrefix = 27;      // and the size that it asks for, so that it can grow

// So many addresses of IPv4 a network has; nullopt: of IPv6, or not known.
std::optional<std::int64_t> size_of(const Resource& subnet) {
  const auto* cidr = subnet.config["cidr"].get<Cidr>();
  if (cidr == nullptr || cidr->base.v6 || cidr->prefix < 1) return std::nullopt;
  return std::int64_t{1} << (32 - cidr->prefix);
}

struct Sharer {
  Use use;
  std::int64_t least, most, peak;  // copies; the peak while versions change
};

std::optional<Sharer> sharer_of(const Use& use, std::int64_t machines) {
  if (!use.is_service() || use.mode != "awsvpc" || use.config("daemon").boolean() == nullptr) return std::nullopt;
  const auto limits = limits_of(use);
  if (is_daemon(use)) return Sharer{use, machines, machines, machines};
  const auto copies = copies_of(use);
  if (!copies) return std::nullopt;
  return Sharer{use, copies->least, copies->most,
                limits.known ? std::max(cap_of(limits, copies->most), copies->most) : copies->most};
}

Span place_of(const Use& use) {
  const auto copies = copies_of(use);
  return copies ? copies->place : use.owner->span;
}

std::int64_t sum(const std::vector<Sharer>& all, std::int64_t Sharer::*member) {
  std::int64_t out = 0;
  for (const auto& one : all) out += one.*member;
  return out;
}

const Sharer& last_of(const std::vector<Sharer>& all) {
  return *std::max_element(all.begin(), all.end(),
                           [](const Sharer& a, const Sharer& b) { return place_of(a.use) < place_of(b.use); });
}

// Does one of them need room for one copy more before another may stop?
bool needs_one_more(const std::vector<Sharer>& all) {
  return std::any_of(all.begin(), all.end(), [](const Sharer& one) {
    return !is_daemon(one.use) && one.least > 0 && !may_stop(one.use, one.least);
  });
}

// --- subnets -----------------------------------------------------------------------------------------------------

struct Quarter {
  Subnets where;
  std::vector<Sharer> sharers;
  std::int64_t machines = 1;  // each has the whole network (engines); 1 on AWS
};

// How many load balancers stand in each subnet.
using SubnetBalancers = std::map<const Resource*, std::int64_t>;

SubnetBalancers balancers_of(const Graph& graph, const Places& places) {
  SubnetBalancers out;
  for (const auto& resource : graph.resources) {
    if (resource.address.kind != "load_balancer") continue;
    const auto where = places.named(resource.config["subnets"]);
    for (const auto* subnet : where ? *where : Subnets()) ++out[subnet];
  }
  return out;
}

std::int64_t balancers_in(const SubnetBalancers& balancers, const Resource& subnet) {
  const auto at = balancers.find(&subnet);
  return at != balancers.end() ? at->second : 0;
}

std::string names_of(const Subnets& subnets) {
  std::vector<std::string> names;
  for (const auto* subnet : subnets) names.push_back(fmt::format("`{}`", subnet->address.path));
  return fmt::format("{} {}", names.size() == 1 ? "subnet" : "subnets", fmt::join(names, ", "));
}

void check_quarter(const SubnetBalancers& balancers, const Quarter& quarter, Diagnostics& diagnostics) {
  const bool aws = is_aws(quarter.sharers.front().use.launch);
  std::int64_t room = 0;
  std::int64_t taken = 0;
  for (const auto* subnet : quarter.where) {
    const auto size = size_of(*subnet);
    if (!size) return;
    room += (*size - (aws ? kOfAws : kOfEngine)) * quarter.machines;
    if (aws) taken += balancers_in(balancers, *subnet) * kOfBalancer;
  }
  const auto left = std::max<std::int64_t>(room - taken, 0);
  const auto least = sum(quarter.sharers, &Sharer::least);
  const auto peak = sum(quarter.sharers, &Sharer::peak);
  const auto needed = least + (needs_one_more(quarter.sharers) ? 1 : 0);
  if (peak <= left) return;
  const bool error = needed > left;
  const auto& last = last_of(quarter.sharers);
  const auto count = error ? needed : peak;
  Diagnostic out{.severity = error ? Severity::error : Severity::warning,
                 .code = "E0419",
                 .message = fmt::format("{} {} have {} addresses for the copies of {}", names_of(quarter.where),
                                        quarter.where.size() == 1 ? "doesn't" : "don't", count, named(*last.use.owner)),
                 .primary = {place_of(last.use), error && needed == least ? fmt::format("{} copies", least)
                                                 : error ? fmt::format("{} copies, and one more to change", least)
                                                         : fmt::format("up to {} copies while versions change", peak)}};
  if (quarter.sharers.size() > 1)
    out.message = fmt::format("{} {} have {} addresses for the copies of their {} services", names_of(quarter.where),
                              quarter.where.size() == 1 ? "doesn't" : "don't", count, quarter.sharers.size());
  out.secondary.push_back({quarter.where.front()->place("cidr"),
                           fmt::format("{} are left for tasks: {}{}", left,
                                       aws ? "AWS keeps 5 of each subnet" : "an engine keeps 3 of each network",
                                       taken > 0 ? fmt::format(", load balancers take {}", taken) : "")});
  out.help = error ? "use a larger network, more subnets, or fewer copies"
                   : "use a larger network, or let fewer copies run at once: deploy { max = … }";
  diagnostics.add(std::move(out));
}

void check_subnets(const SubnetBalancers& balancers, const Places& places, const std::vector<Use>& uses,
                   Diagnostics& diagnostics) {
  std::map<std::pair<std::string, std::vector<Address>>, Quarter> quarters;
  for (const auto& use : uses) {
    const bool nodes = use.launch == Launch::nodes && use.platform->kind == "nodes";
    if (!nodes && !is_aws(use.launch)) continue;
    const auto machines = machines_of(use);
    const auto sharer = sharer_of(use, machines ? machines->least : 0);
    const auto where = sharer ? places.of_tasks(use) : std::nullopt;
    if (!where || where->empty() || (nodes && !machines)) continue;
    std::vector<Address> key;
    for (const auto* subnet : *where) key.push_back(subnet->address);
    std::sort(key.begin(), key.end());
    auto& quarter = quarters[{use.platform->name, key}];
    quarter.where = *where;
    quarter.sharers.push_back(*sharer);
    if (nodes) quarter.machines = std::max(quarter.machines, machines->most);
  }
  for (const auto& [key, quarter] : quarters) check_quarter(balancers, quarter, diagnostics);
}

void check_balancer(const Resource& balancer, const Places& places, const SubnetBalancers& all,
                    Diagnostics& diagnostics) {
  const auto where = places.named(balancer.config["subnets"]);
  if (!where) return;
  for (const auto* subnet : *where) {
    const auto size = size_of(*subnet);
    if (!size) continue;
    const auto balancers = balancers_in(all, *subnet);
    const auto left = *size - kOfAws;
    if (balancers * kOfBalancer > left) {
      diagnostics
          .error("E0419", balancer.place("subnets"),
                 fmt::format("{} has no 8 free addresses for {}", named(*subnet), named(balancer)),
                 balancers > 1 ? fmt::format("{} load balancers are there", balancers) : "8 free ones are wanted",
                 "use a larger subnet: /27 or more for each load balancer")
          .secondary.push_back({subnet->place("cidr"), fmt::format("{} are usable", std::max<std::int64_t>(left, 0))});
      return;
    }
    if (subnet->config["cidr"].get<Cidr>()->prefix <= kBalancerPrefix) continue;
    diagnostics
        .warning("E0419", balancer.place("subnets"),
                 fmt::format("{} can't grow in {}: AWS asks for /27 or larger", named(balancer), named(*subnet)),
                 "small", "use a larger subnet")
        .secondary.push_back({subnet->place("cidr"), format_cidr(*subnet->config["cidr"].get<Cidr>())});
    return;
  }
}

// Each machine of a group has an address of its own at the least.
void check_groups(const Resource& eks, const Places& places, Diagnostics& diagnostics) {
  const auto where = places.named(eks.config["subnets"]);
  const auto* groups = eks.config["group"].map();
  if (!where || where->empty() || groups == nullptr) return;
  std::int64_t room = 0;
  for (const auto* subnet : *where) {
    const auto size = size_of(*subnet);
    if (!size) return;
    room += *size - kOfAws;
  }
  std::int64_t machines = 0;
  Span place;
  for (const auto& [label, group] : *groups) {
    const auto* range = group["size"].get<Range>();
    const auto* number = group["size"].integer();
    machines += range != nullptr ? range->low : number != nullptr ? *number : 0;
    place = eks.place(fmt::format("group.{}.size", label));
  }
  if (machines <= room) return;
  diagnostics
      .error("E0419", place,
             fmt::format("the subnets of {} don't have {} addresses for its machines", named(eks), machines),
             fmt::format("{} machines", machines),
             "use larger subnets, or fewer machines; pods take addresses of them, too")
      .secondary.push_back({eks.place("subnets"), fmt::format("{} are usable", room)});
}

// --- interfaces --------------------------------------------------------------------------------------------------

void check_interfaces(const std::vector<Sharer>& sharers, const Machines& machines, Diagnostics& diagnostics) {
  const auto& machine = machines.all.front();
  const auto room = machine.interfaces * machines.most;
  const auto least = sum(sharers, &Sharer::least);
  const auto needed = least + (needs_one_more(sharers) ? 1 : 0);
  const auto most = sum(sharers, &Sharer::most);
  if (std::max(needed, most) <= room) return;
  const bool error = needed > room && !machine.trunks;
  const auto& last = last_of(sharers);
  const auto count = needed > room ? needed : most;
  Diagnostic out{
      .severity = error ? Severity::error : Severity::warning,
      .code = "E0419",
      .message = fmt::format("{} awsvpc tasks need a network interface each, and the instances of {} have {}", count,
                             named(*last.use.cluster), room),
      .primary = {place_of(last.use), needed > room && needed > least
                                          ? fmt::format("{} copies, and one more to change", least)
                                          : fmt::format("{} copies", count)}};
  out.secondary.push_back({machine.place, fmt::format("{} takes {} task{} of awsvpc mode", machine.name,
                                                      machine.interfaces, machine.interfaces == 1 ? "" : "s")});
  out.help =
      machine.trunks
          ? "turn on the account setting awsvpcTrunking, use network = bridge, or more or larger instances"
          : "use network = bridge, or more or larger instances; the account setting awsvpcTrunking doesn't help here";
  diagnostics.add(std::move(out));
}

void check_clusters(const std::vector<Use>& uses, Diagnostics& diagnostics) {
  std::map<Address, std::pair<std::vector<Sharer>, Machines>> clusters;
  for (const auto& use : uses) {
    if (use.launch != Launch::ec2) continue;
    const auto machines = machines_of(use);
    if (!machines || machines->all.empty() || machines->all.front().interfaces == 0 || machines->most <= 0) continue;
    const auto sharer = sharer_of(use, machines->most);
    if (!sharer) continue;
    auto& cluster = clusters[use.cluster->address];
    cluster.first.push_back(*sharer);
    cluster.second = *machines;
  }
  for (const auto& [cluster, all] : clusters) check_interfaces(all.first, all.second, diagnostics);
}

}  // namespace

void addresses(const CheckInput& input, Diagnostics& diagnostics) {
  const Places places(input.graph);
  const auto uses = input.uses;
  const auto balancers = balancers_of(input.graph, places);
  check_subnets(balancers, places, uses, diagnostics);
  check_clusters(uses, diagnostics);
  for (const auto& resource : input.graph.resources) {
    const auto* platform = input.graph.platform(resource.platform);
    if (platform == nullptr || platform->kind != "aws") continue;
    if (resource.address.kind == "load_balancer") check_balancer(resource, places, balancers, diagnostics);
    if (resource.address.kind == "eks") check_groups(resource, places, diagnostics);
  }
}

}  // namespace infra::checks
