// Waiting until a started container is what was asked for.
#pragma once
#include <string>

#include "providers/nodes/context.h"

namespace infra::nodes {

// Healthy if it has a health check; else still running after a moment; or ended, if that is what it should do.
// E0608 if it won't be, E0703 on the second Ctrl-C.
Result<Ok> wait_for_container(const Context& context, const std::string& id, const Value& inputs);

// Why a container isn't what it should be ("it exited with code 3"); "" if it is, or is on its way.
std::string what_is_wrong(const Context& context, const std::string& id, const std::string& until);

// The last lines that it wrote, with the values of secret variables removed; "" if there are none.
std::string log_tail(const Context& context, const std::string& id, const Value& inputs);

}  // namespace infra::nodes
