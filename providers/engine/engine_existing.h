// What a stack on container engines may refer to without owning it:
//   vpc, subnet  the network of that id or name on each of the platform's nodes
//   load_balancer, listener  of another stack, by NAME and NAME:PORT, wherever it stands; NAME is STACK-NAME as its
//                containers begin
//   image        what its name means now, by digest, at its registry; or an image that an engine has from no registry
//   service      one container, by its id or name, on whichever node it is
// Their attributes are "id" and those of the kind, as far as they can be read; a network's hold its ids by node
// under kNetworks too.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "providers/engine/lowering.h"

namespace infra::engine {

constexpr const char* kNetworks = "networks";  // Map: node → the engine's id of the network

// Platform::reads, sought and attributes_of of both platforms.
bool reads(std::string_view kind);
std::vector<Sought> sought(const Resource& existing, const LowerContext& context);
Value attributes_of(const Resource& existing, const PlatformDecl& platform, const std::vector<FoundObject>& found);

}  // namespace infra::engine
