// The quotas of an account that stacks run into; each row says which types count toward it, and how what there is is
// counted.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "providers/aws/aws_type.h"
#include "providers/aws/quotas/quota_needs.h"

namespace infra::aws {

using Counting = Result<std::int64_t>;

constexpr std::int64_t kUnitsOfVcpu = 1024;

struct Quota {
  const char* name;     // as Service Quotas writes it
  const char* service;  // of Service Quotas
  const char* code;
  std::vector<Counted> counted;
  CountedIn place = {};
  // How much of it is taken in a place that is there.
  std::function<Counting(Account&, const std::string& place)> used;
  std::int64_t unit = 1;  // how many of what is counted are one of the quota: 1024 CPU units are a vCPU
};

const std::vector<Quota>& all_quotas();

}  // namespace infra::aws
