#include "providers/aws/quotas.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "providers/aws/types/elb/elb.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

// What a new stack wants one more of. Limits of other things, such as rules of a group, are told by who refuses them.
struct Quota {
  const char* what;
  const char* service;  // of Service Quotas
  const char* code;
  const char* counted_in;  // the service that lists what there is
  const char* operation;
  Pages pages;
};

constexpr std::array<Quota, 5> kQuotas = {{
    {"VPCs", "vpc", "L-F678F1CE", "ec2", "DescribeVpcs", {"NextToken", "nextToken", "vpcSet"}},
    {"internet gateways",
     "vpc",
     "L-A4707A72",
     "ec2",
     "DescribeInternetGateways",
     {"NextToken", "nextToken", "internetGatewaySet"}},
    {"security groups",
     "vpc",
     "L-E79EC296",
     "ec2",
     "DescribeSecurityGroups",
     {"NextToken", "nextToken", "securityGroupInfo"}},
    {"load balancers",
     "elasticloadbalancing",
     "L-53DA6B97",
     kElb,
     "DescribeLoadBalancers",
     {"Marker", "NextMarker", "LoadBalancers"}},
    {"clusters of ECS", "ecs", "L-21C621EB", "ecs", "ListClusters", {"nextToken", "nextToken", "clusterArns"}},
}};

Check unread(const Quota& quota, const Fault& fault) {
  return {.what = fmt::format("quota of {}", quota.what),
          .good = false,
          .needed = false,
          .detail = error_of(fault).message,
          .help = "allow servicequotas:GetServiceQuota, or look at them in the Service Quotas console"};
}

std::optional<Check> check_of(Account& account, const Quota& quota) {
  const auto limit = account.client.call("servicequotas", "GetServiceQuota",
                                         params({{"ServiceCode", quota.service}, {"QuotaCode", quota.code}}));
  if (!limit) return limit.fault().not_found() ? std::nullopt : std::optional(unread(quota, limit.fault()));
  const auto& value = limit["Quota"]["Value"];
  const auto* exact = value.get<double>();
  const auto most = exact != nullptr ? static_cast<std::int64_t>(std::floor(*exact)) : number_of(value);
  const auto there = account.client.list(quota.counted_in, quota.operation, {}, quota.pages);
  if (!there) return std::nullopt;  // it is among the permissions to look
  const auto used = static_cast<std::int64_t>(items_of(there.value()).size());
  Check out{.what = fmt::format("quota of {}", quota.what), .good = used < most, .needed = false};
  out.detail = fmt::format("{} of {} are used", used, most);
  if (!out.good) out.help = "remove what isn't needed, or ask for more in the Service Quotas console";
  return out;
}

}  // namespace

std::vector<Check> quota_checks(Account& account) {
  std::vector<Check> out;
  for (const auto& quota : kQuotas) {
    if (auto check = check_of(account, quota)) out.push_back(*std::move(check));
  }
  return out;
}

}  // namespace infra::aws
