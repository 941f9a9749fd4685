#include "providers/aws/api/endpoints.h"

#include <fmt/format.h>

#include <array>

namespace infra::aws {

namespace {

struct Partition {
  std::string_view prefix;  // of its regions' names
  std::string_view name;
  std::string_view domain;
  std::string_view iam_host;
  std::string_view iam_region;  // that IAM's requests are signed for
};

// From botocore's partitions.json and endpoints.json; the last fits all that begin with none of the others.
constexpr std::array<Partition, 6> kPartitions = {{
    {"cn-", "aws-cn", "amazonaws.com.cn", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"},
    {"us-gov-", "aws-us-gov", "amazonaws.com", "iam.us-gov.amazonaws.com", "us-gov-west-1"},
    {"us-iso-", "aws-iso", "c2s.ic.gov", "iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"},
    {"us-isob-", "aws-iso-b", "sc2s.sgov.gov", "iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"},
    {"eusc-", "aws-eusc", "amazonaws.eu", "iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"},
    {"", "aws", "amazonaws.com", "iam.amazonaws.com", "us-east-1"},
}};

const Partition& partition(std::string_view region) {
  for (const auto& one : kPartitions) {
    if (region.starts_with(one.prefix)) return one;
  }
  return kPartitions.back();
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

std::string_view partition_of(std::string_view region) { return partition(region).name; }

std::string_view domain_of(std::string_view region) { return partition(region).domain; }

std::string host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return std::string(url.substr(0, url.find_first_of("/?")));
}

Endpoint endpoint_of(const Service& service, const std::string& region, const EndpointChoice& choice) {
  const auto& where = partition(region);
  const auto signing_region = service.global ? std::string(where.iam_region) : region;
  auto base = choice.one ? choice.one(service.variable).value_or(choice.all) : choice.all;
  if (base.empty()) {
    base = service.global ? fmt::format("https://{}", where.iam_host)
                          : fmt::format("https://{}.{}.{}", service.host, region, where.domain);
  }
  base = without_slash(std::move(base));
  return {.base = base,
          .host = host_of(base),
          .scope = {.region = signing_region, .service = std::string(service.signing)}};
}

}  // namespace infra::aws
