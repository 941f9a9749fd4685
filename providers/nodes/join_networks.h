// A container in networks of their own, by the engine's ids. Up to API 1.43 the call that makes one takes a single
// network; the others are joined by calls of their own before it is started, so what a killed run leaves between them
// has never run, and isn't taken for whole.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

// An input that lists networks.
std::vector<std::string> networks_in(const Value& list);

// NetworkingConfig of the call that makes it: the first network, and its names there (a list, or null).
Value first_endpoint(const std::vector<std::string>& networks, const Value& aliases);

// All but the first. `what`: "the container shop-api-0-1a2b3c".
Result<Ok> join_others(const Context& context, const std::string& id, const std::vector<std::string>& networks,
                       const Value& aliases, std::string_view what);

}  // namespace infra::nodes
