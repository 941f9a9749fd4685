// The containers of a task as a group: which network they get, who owns it, and who waits for whom.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "providers/engine/lowering.h"

namespace infra::engine {

// What `after` of the others asks of a container: "running", or that it ends ("completed", "succeeded").
std::string_view runs_until(const Map& containers, std::string_view label);

// The labels that a container waits for, sorted.
std::vector<std::string> waits_for(const Value& container);

bool is_essential(const Value& container);

// In awsvpc mode the container whose network the others of the group join: the first essential one that keeps running
// and waits for none of those that share the network. Empty if there is none.
std::string network_owner(const Map& containers);

}  // namespace infra::engine
