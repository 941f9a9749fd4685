// Regions, their zones and partitions, and the ARNs that name them (botocore's endpoints.json, the AWS General
// Reference).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace infra::facts {

// Those that were there when this list was made: a region that isn't here may be new.
const std::vector<std::string>& aws_regions();

// "aws", "aws-cn", "aws-us-gov" …: what stands in ARNs of this region.
std::string_view aws_partition(std::string_view region);

// The full name of a zone: `a` and `eu-west-1a` are eu-west-1a.
std::string zone_name(std::string_view region, std::string_view zone);
// May a zone of this region be called this? `a`, `eu-west-1a`, or a local one such as us-west-2-lax-1a.
bool zone_of_region(std::string_view region, std::string_view zone);
// Reported again and again as without capacity for EKS's control plane (eksctl issue 817, EKS troubleshooting guide).
bool zone_without_eks(std::string_view zone);

struct Arn {
  std::string partition, service, region, account, resource;  // region and account may be empty
};
// arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; nullopt: it isn't one.
std::optional<Arn> parse_arn(std::string_view text);

}  // namespace infra::facts
