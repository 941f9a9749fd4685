#include "providers/aws/quotas/quota.h"

#include <charconv>

#include "providers/aws/public_addresses.h"
#include "providers/aws/quotas/used.h"
#include "providers/aws/types/elb/elb.h"

namespace infra::aws {

namespace {

using Amount = std::function<std::int64_t(const InputsView&)>;

std::int64_t one(const InputsView&) { return 1; }

Amount if_balancer_is(const char* type) {
  return [type](const InputsView& inputs) -> std::int64_t { return text_of(inputs["type"]) == type; };
}

// Of a listener: its load balancer.
Amount if_balancer_of_listener_is(const char* type) {
  return [type](const InputsView& inputs) -> std::int64_t {
    return text_of(inputs.behind("load_balancer")["type"]) == type;
  };
}

std::int64_t rules_of(const InputsView& group) { return static_cast<std::int64_t>(items_of(group["rules"]).size()); }

std::int64_t units_of_definition(const InputsView& definition) {
  const auto text = text_of(definition["definition"]["cpu"]);
  std::int64_t units = 0;
  std::from_chars(text.data(), text.data() + text.size(), units);
  return units;
}

// "FARGATE", "FARGATE_SPOT", the name of a capacity provider of instances; empty: not known yet.
std::string capacity_of(const InputsView& inputs) {
  const auto& strategy = items_of(inputs["strategy"]);
  return text_of(strategy.empty() ? inputs["launch_type"] : strategy[0]["capacityProvider"]);
}

// CPU units of as many tasks as `copies` says, if they run on this kind of Fargate.
Amount units_on(const char* provider, std::function<std::int64_t(const InputsView&)> copies) {
  return [provider, copies = std::move(copies)](const InputsView& inputs) -> std::int64_t {
    if (capacity_of(inputs) != provider) return 0;
    return copies(inputs) * units_of_definition(inputs.behind("task_definition"));
  };
}

std::int64_t copies_of(const InputsView& service) { return first_copies(service["desired"], service["initial"]); }

std::int64_t vcpus_of_each(const Value& instance, const Value& count) {
  const auto type = text_of(instance);
  return is_standard(type) ? vcpus_of(type) * number_of(count) : 0;
}

std::int64_t vcpus_of_group(const InputsView& group) {
  return vcpus_of_each(group.behind("template")["instance"], group["min"]);
}

std::int64_t vcpus_of_nodes(const InputsView& group) { return vcpus_of_each(group["instance"], group["min"]); }

Parameters named(const char* parameter) {
  return [parameter](const std::string& place) { return params({{parameter, place}}); };
}

Parameters last_of(const char* parameter) {
  return [parameter](const std::string& place) { return params({{parameter, last_part(place)}}); };
}

Listing of_ec2(const char* operation, const char* set) { return {"ec2", operation, {"NextToken", "nextToken", set}}; }
Listing of_elb(const char* operation, const char* set) { return {kElb, operation, {"Marker", "NextMarker", set}}; }
Listing of(const char* service, const char* operation, const char* items) {
  return {service, operation, {"nextToken", "nextToken", items}};
}

constexpr const char* kElbQuotas = "elasticloadbalancing";

std::vector<Quota> network_quotas() {
  return {
      {"VPCs per Region", "vpc", "L-F678F1CE", {{"vpc", one}}, {}, count_of(of_ec2("DescribeVpcs", "vpcSet"))},
      {"Subnets per VPC",
       "vpc",
       "L-407747CB",
       {{"subnet", one}},
       {"vpc"},
       count_of(of_ec2("DescribeSubnets", "subnetSet"), filter("vpc-id"))},
      {"Route tables per VPC",
       "vpc",
       "L-589F43AA",
       {{"route_table", one}},
       {"vpc"},
       count_of(of_ec2("DescribeRouteTables", "routeTableSet"), filter("vpc-id"))},
      {"Internet gateways per Region",
       "vpc",
       "L-A4707A72",
       {{"internet_gateway", one}},
       {},
       count_of(of_ec2("DescribeInternetGateways", "internetGatewaySet"))},
      {"NAT gateways per Availability Zone",
       "vpc",
       "L-FE5A380F",
       {{"nat_gateway", one}},
       {"subnet", "zone"},
       nat_gateways_of_zone},
      {"EC2-VPC Elastic IPs",
       "ec2",
       "L-0263D0A3",
       {{"elastic_ip", one}},
       {},
       count_of(of_ec2("DescribeAddresses", "addressesSet"))},
      {"VPC security groups per Region",
       "vpc",
       "L-E79EC296",
       {{"security_group", one}},
       {},
       count_of(of_ec2("DescribeSecurityGroups", "securityGroupInfo"))},
      {"Inbound or outbound rules per security group",
       "vpc",
       "L-0EA8095F",
       {{"security_group", rules_of}},
       {kItself},
       rules_of_group},
  };
}

std::vector<Quota> balancer_quotas() {
  return {
      {"Application Load Balancers per Region",
       kElbQuotas,
       "L-53DA6B97",
       {{"load_balancer", if_balancer_is("application")}},
       {},
       count_of_balancers("application")},
      {"Network Load Balancers per Region",
       kElbQuotas,
       "L-69A177A2",
       {{"load_balancer", if_balancer_is("network")}},
       {},
       count_of_balancers("network")},
      {"Target Groups per Region",
       kElbQuotas,
       "L-B22855CB",
       {{"target_group", one}},
       {},
       count_of(of_elb("DescribeTargetGroups", "TargetGroups"))},
      {"Listeners per Application Load Balancer",
       kElbQuotas,
       "L-B6DF7632",
       {{"listener", if_balancer_of_listener_is("application")}},
       {"load_balancer"},
       count_of(of_elb("DescribeListeners", "Listeners"), named("LoadBalancerArn"))},
      {"Listeners per Network Load Balancer",
       kElbQuotas,
       "L-57A373D6",
       {{"listener", if_balancer_of_listener_is("network")}},
       {"load_balancer"},
       count_of(of_elb("DescribeListeners", "Listeners"), named("LoadBalancerArn"))},
      {"Rules per Application Load Balancer",
       kElbQuotas,
       "L-7EED9B64",
       {{"listener_rule", one}},
       {"listener", "load_balancer"},
       rules_of_balancer},
  };
}

std::vector<Quota> container_quotas() {
  return {
      {"Clusters per account",
       "ecs",
       "L-21C621EB",
       {{"ecs_cluster", one}},
       {},
       count_of(of("ecs", "ListClusters", "clusterArns"))},
      {"Services per cluster",
       "ecs",
       "L-9EF96962",
       {{"ecs_service", one}},
       {"cluster"},
       count_of(of("ecs", "ListServices", "serviceArns"), named("cluster"))},
      {"Fargate On-Demand vCPU resource count",
       "fargate",
       "L-3032A538",
       {{"ecs_service", units_on("FARGATE", copies_of)}, {"run_task", units_on("FARGATE", one)}},
       {},
       fargate_units("FARGATE"),
       kUnitsOfVcpu},
      {"Fargate Spot vCPU resource count",
       "fargate",
       "L-36FBB829",
       {{"ecs_service", units_on("FARGATE_SPOT", copies_of)}, {"run_task", units_on("FARGATE_SPOT", one)}},
       {},
       fargate_units("FARGATE_SPOT"),
       kUnitsOfVcpu},
      {"Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
       "ec2",
       "L-1216C47A",
       {{"auto_scaling_group", vcpus_of_group}, {"node_group", vcpus_of_nodes}},
       {},
       standard_vcpus},
      {"Clusters", "eks", "L-1194D53C", {{"eks_cluster", one}}, {}, count_of(of("eks", "ListClusters", "clusters"))},
      {"Managed node groups per cluster",
       "eks",
       "L-6D54EA21",
       {{"node_group", one}},
       {"cluster"},
       count_of(of("eks", "ListNodegroups", "nodegroups"), last_of("clusterName"))},
  };
}

}  // namespace

const std::vector<Quota>& all_quotas() {
  static const std::vector<Quota> all = [] {
    auto out = network_quotas();
    for (auto& part : {balancer_quotas(), container_quotas()}) out.insert(out.end(), part.begin(), part.end());
    return out;
  }();
  return all;
}

}  // namespace infra::aws
