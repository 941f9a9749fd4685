// What the labels of a container say of it.
#pragma once
#include <optional>

#include "providers/live.h"
#include "providers/nodes/context.h"

namespace infra::nodes {

// Of an entry of a list call; nullopt: it is part of no task or run of this stack.
std::optional<LiveContainer> live_container(const Value& entry, const Ownership& owner, const std::string& node);
// Is it a load balancer of this stack?
std::optional<LiveContainer> live_balancer(const Value& entry, const Ownership& owner, const std::string& node);

// The engine's filter for all of this stack's containers and their events, URL-encoded.
std::string live_filters(const Ownership& owner, bool containers_only);

}  // namespace infra::nodes
