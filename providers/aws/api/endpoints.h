// Where a service of a region is, and for which region its requests are signed. Pure.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "providers/aws/api/services.h"
#include "providers/aws/api/sign.h"

namespace infra::aws {

struct Endpoint {
  std::string base;  // "https://ecs.eu-west-1.amazonaws.com", no slash at the end
  std::string host;  // as the header says it: with the port, if it isn't the scheme's own
  Scope scope;
};

struct EndpointChoice {
  std::string all;  // `endpoint` of the platform, AWS_ENDPOINT_URL or the profile's endpoint_url; empty: AWS itself
  std::function<std::optional<std::string>(std::string_view service_variable)> one;  // AWS_ENDPOINT_URL_ECS
};

// "aws", "aws-cn", "aws-us-gov" …: what a region's ARNs begin with.
std::string_view partition_of(std::string_view region);
std::string_view domain_of(std::string_view region);  // "amazonaws.com"
// "https://host:port/path" → "host:port"
std::string host_of(std::string_view url);
Endpoint endpoint_of(const Service& service, const std::string& region, const EndpointChoice& choice);

}  // namespace infra::aws
