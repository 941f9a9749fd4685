// What a stack has in the configuration of a load balancer's HAProxy, from the inputs of the type `load_balancer`. It
// says what listens, which requests go to which backend, and how many tasks a backend may have at most; not which tasks
// there are. So it changes with listeners and routes only, and a reload is never part of a rollout.
#pragma once
#include <string>
#include <vector>

#include "base/values/value.h"
#include "providers/provider.h"

namespace infra::nodes::balancer {

// Where its files lie in the container.
inline constexpr const char* kHome = "/infra";

// What a stack says of its load balancer: a part for merge() (haproxy_parts.h), named kOwnPart. `addresses`: what it
// listens on; empty: all of the node's.
std::string own_part(const Ownership& owner, const Address& address, const Value& inputs,
                     const std::vector<std::string>& addresses);
// Of the inputs of the type "balancer_route": what another stack adds. `prefix`: of its backends' names.
std::string foreign_part(const Ownership& owner, const Address& address, const Value& inputs,
                         const std::string& prefix);

// The file of a listener's certificate in the container.
std::string certificate_path(std::string_view listener);

// A pattern with * (anything) and ? (one character) as a condition of HAProxy on a sample ("path"), without brackets.
std::string condition(std::string_view sample, std::string_view pattern);

}  // namespace infra::nodes::balancer
