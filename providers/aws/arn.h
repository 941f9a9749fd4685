// arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE: what recorded ids are, so that each says its account and region.
#pragma once
#include <string>
#include <string_view>

namespace infra::aws {

struct Arn {
  std::string_view partition, service, region, account, resource;  // views of the text
};
Arn parse_arn(std::string_view text);  // all empty: it is none

// Whose things these are, and how their ARNs begin.
struct Identity {
  std::string partition = "aws";
  std::string region;
  std::string account;
  std::string arn;  // the caller's
  // "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1"
  [[nodiscard]] std::string arn_of(std::string_view service, std::string_view resource) const;
};

// "vpc-1" of ….:vpc/vpc-1; the text itself if it has neither a slash nor a colon.
std::string last_part(std::string_view arn);

}  // namespace infra::aws
