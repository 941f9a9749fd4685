// How much of a quota is taken, by what the account lists.
#pragma once
#include <functional>
#include <string>

#include "providers/aws/quotas/quota.h"

namespace infra::aws {

// What a call with pages lists.
struct Listing {
  const char* service;
  const char* operation;
  Pages pages;
};

using Counter = std::function<Counting(Account&, const std::string& place)>;
using Parameters = std::function<Map(const std::string& place)>;

// How many there are, of the region or of what `parameters` say.
Counter count_of(Listing listing, Parameters parameters = {});
// How many load balancers there are of this type: "application".
Counter count_of_balancers(std::string type);
Counting rules_of_balancer(Account& account, const std::string& place);  // without the default ones
Counting rules_of_group(Account& account, const std::string& place);     // into a security group
Counting nat_gateways_of_zone(Account& account, const std::string& place);
// CPU units of the tasks that run on Fargate with this capacity provider: "FARGATE" or "FARGATE_SPOT".
Counter fargate_units(std::string provider);

// vCPUs of the on-demand instances of the families that AWS calls standard.
Counting standard_vcpus(Account& account, const std::string& place);
bool is_standard(std::string_view instance);       // "m6i.large"
std::int64_t vcpus_of(std::string_view instance);  // 0: not known

// {{"Filter", …}} of EC2's calls.
Parameters filter(const char* name);

}  // namespace infra::aws
