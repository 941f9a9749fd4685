// What the listener of a load balancer speaks.
#pragma once
#include <string>

#include "base/values/resource.h"

namespace infra::checks {

const std::string& protocol_of(const Resource& listener);  // empty: not known
bool speaks_http(const Resource& listener);                // requests with paths and hosts; the others pass bytes on

}  // namespace infra::checks
