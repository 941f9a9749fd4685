// What a listener answers by itself, where no copy of a service does.
#pragma once
#include <string>

#include "base/values/value.h"

namespace infra::nodes::balancer {

// Lines of its section, from the input `listeners` of the type `load_balancer`: a page for each status, its own ones
// (`pages`) or ours. They stand in no other section, for HAProxy asks a backend's before its listener's.
std::string error_pages(const Value& listener);

// The line that answers every request while there is `maintenance`, but for those from who is allowed in; or "".
std::string maintenance_rule(const Value& listener);

}  // namespace infra::nodes::balancer
