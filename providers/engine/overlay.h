// Networks over several nodes (docs/adr/0035-overlay.md).
#pragma once
#include <optional>
#include <string>

#include "providers/engine/lowering.h"

namespace infra::engine {

// The part of a VPC that joins the nodes' engines, and the part of a subnet that is its one network on all of them.
inline constexpr const char* kOverlay = "overlay";
inline constexpr const char* kOverlayNetwork = "overlay_network";

// Its VPCs span its nodes: there are several, and at least one of them is reached over a network.
bool spans_nodes(const PlatformDecl& platform);

// Where the other nodes reach this one: its `address`, else that of its endpoint; nullopt if neither tells a number.
std::optional<std::string> address_among_nodes(const Value& node);

}  // namespace infra::engine
