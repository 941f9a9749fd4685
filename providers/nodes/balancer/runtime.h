// What is done in a load balancer's container: commands of HAProxy's runtime API.
#pragma once
#include <string>
#include <vector>

#include "providers/nodes/balancer/slots.h"
#include "providers/nodes/context.h"

namespace infra::nodes::balancer {

// The answers to commands (control_script.h), one each. E0616 if the container doesn't run, has no perl, or its HAProxy
// doesn't answer.
Result<std::vector<std::string>> ask(Engine& engine, const std::string& container,
                                     const std::vector<std::string>& commands);

Result<Picture> look_at(Engine& engine, const std::string& container);

}  // namespace infra::nodes::balancer
