#include "providers/aws/quotas/used.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "facts/instances.h"
#include "providers/aws/types/ecs/ecs_tasks.h"
#include "providers/aws/types/elb/elb.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

constexpr Pages kBalancerPages{"Marker", "NextMarker", "LoadBalancers"};

std::int64_t size_of(const Value& list) { return static_cast<std::int64_t>(items_of(list).size()); }

// …:listener/app/NAME/BALANCER/LISTENER stands for its load balancer.
std::string balancer_of(std::string arn) {
  constexpr std::string_view kListener = ":listener/";
  const auto at = arn.find(kListener);
  if (at == std::string::npos) return arn;
  arn.erase(std::min(arn.rfind('/'), arn.size()));
  return arn.replace(at, kListener.size(), ":loadbalancer/");
}

std::int64_t sources_of(const Value& permission) {
  return size_of(permission["ipRanges"]) + size_of(permission["ipv6Ranges"]) + size_of(permission["groups"]) +
         size_of(permission["prefixListIds"]);
}

std::int64_t units_of(const Value& task) {
  const auto text = text_of(task["cpu"]);
  std::int64_t units = 0;
  std::from_chars(text.data(), text.data() + text.size(), units);
  return units;
}

// Those of one of the families that AWS calls standard: A, C, D, H, I, M, R, T and Z.
std::int64_t standard_vcpus_of(const Value& instance) {
  const auto type = text_of(instance["instanceType"]);
  const bool on_demand = text_of(instance["instanceLifecycle"]).empty();
  if (!on_demand || !is_standard(type)) return 0;
  if (const auto vcpus = vcpus_of(type); vcpus > 0) return vcpus;
  const auto& options = instance["cpuOptions"];
  return number_of(options["coreCount"]) * std::max<std::int64_t>(1, number_of(options["threadsPerCore"]));
}

bool runs_on(const Value& task, const std::string& provider) {
  const auto named = text_of(task["capacityProviderName"]);
  return named.empty() ? provider == "FARGATE" && text_of(task["launchType"]) == "FARGATE" : named == provider;
}

}  // namespace

bool is_standard(std::string_view instance) {
  constexpr std::array<std::string_view, 11> kFamilies = {"a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"};
  return std::ranges::find(kFamilies, instance.substr(0, instance.find_first_of("0123456789"))) != kFamilies.end();
}

std::int64_t vcpus_of(std::string_view instance) {
  const auto type = facts::find_instance(instance);
  return type ? type->cpu.ticks / Cpu::kVcpu : 0;
}

Parameters filter(const char* name) {
  return [name](const std::string& place) {
    return params({{"Filter", List{params({{"Name", name}, {"Value", List{last_part(place)}}})}}});
  };
}

Counter count_of(Listing listing, Parameters parameters) {
  return [listing, parameters = std::move(parameters)](Account& account, const std::string& place) -> Counting {
    const auto all =
        account.client.list(listing.service, listing.operation, parameters ? parameters(place) : Map(), listing.pages);
    return all ? Counting(size_of(all.value())) : Counting(all.error());
  };
}

Counter count_of_balancers(std::string type) {
  return [type = std::move(type)](Account& account, const std::string&) -> Counting {
    const auto all = account.client.list(kElb, "DescribeLoadBalancers", {}, kBalancerPages);
    if (!all) return all.error();
    return std::ranges::count_if(items_of(all.value()), [&](const Value& one) { return text_of(one["Type"]) == type; });
  };
}

Counting rules_of_balancer(Account& account, const std::string& place) {
  const auto listeners = listeners_of_balancer(account, balancer_of(place));
  if (!listeners) return listeners.error();
  std::int64_t out = 0;
  for (const auto& listener : *listeners) {
    const auto rules = rules_of_listener(account, listener["ListenerArn"]);
    if (!rules) return rules.error();
    out += std::ranges::count_if(*rules, [](const Value& rule) { return !flag_of(rule["IsDefault"]); });
  }
  return out;
}

Counting rules_of_group(Account& account, const std::string& place) {
  const auto groups = account.client.list("ec2", "DescribeSecurityGroups", filter("group-id")(place),
                                          {"NextToken", "nextToken", "securityGroupInfo"});
  if (!groups) return groups.error();
  std::int64_t out = 0;
  for (const auto& group : items_of(groups.value())) {
    for (const auto& permission : items_of(group["ipPermissions"])) out += sources_of(permission);
  }
  return out;
}

Counting nat_gateways_of_zone(Account& account, const std::string& place) {
  const auto subnets = account.client.list("ec2", "DescribeSubnets", {}, {"NextToken", "nextToken", "subnetSet"});
  if (!subnets) return subnets.error();
  std::map<std::string, std::string> zones;
  for (const auto& one : items_of(subnets.value())) {
    zones.emplace(text_of(one["subnetId"]), text_of(one["availabilityZone"]));
  }
  const auto named = zones.find(last_part(place));  // of a subnet that isn't this stack's
  // "a" is the region's zone a.
  const auto zone = named != zones.end() ? named->second : place.size() == 1 ? account.client.region() + place : place;
  const auto gateways =
      account.client.list("ec2", "DescribeNatGateways", {}, {"NextToken", "nextToken", "natGatewaySet"});
  if (!gateways) return gateways.error();
  return std::ranges::count_if(items_of(gateways.value()), [&](const Value& one) {
    const auto state = text_of(one["state"]);  // those that are being deleted still count
    const auto at = zones.find(text_of(one["subnetId"]));
    return state != "deleted" && state != "failed" && at != zones.end() && at->second == zone;
  });
}

Counting standard_vcpus(Account& account, const std::string&) {
  const auto running = params({{"Name", "instance-state-name"}, {"Value", List{"pending", "running"}}});
  const auto all = account.client.list("ec2", "DescribeInstances", params({{"Filter", List{running}}}),
                                       {"NextToken", "nextToken", "reservationSet"});
  if (!all) return all.error();
  std::int64_t out = 0;
  for (const auto& reservation : items_of(all.value())) {
    for (const auto& one : items_of(reservation["instancesSet"])) out += standard_vcpus_of(one);
  }
  return out;
}

Counter fargate_units(std::string provider) {
  return [provider = std::move(provider)](Account& account, const std::string&) -> Counting {
    const auto clusters = account.client.list("ecs", "ListClusters", {}, {"nextToken", "nextToken", "clusterArns"});
    if (!clusters) return clusters.error();
    std::int64_t out = 0;
    for (const auto& cluster : items_of(clusters.value())) {
      const auto tasks = find_tasks(account, text_of(cluster), {}, TaskTags::no);
      if (!tasks) return tasks.error();
      for (const auto& task : items_of(tasks.value())) {
        if (runs_on(task, provider)) out += units_of(task);
      }
    }
    return out;
  };
}

}  // namespace infra::aws
