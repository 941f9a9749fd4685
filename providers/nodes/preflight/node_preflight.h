// What an engine would refuse of a plan, and what of it would go wrong on its node: images that don't exist or can't
// run there, ports and addresses that others have, a full disk.
#pragma once
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

using Wanted = std::vector<const CreateRequest*>;

// `wanted` is what is made on this engine's node. Whoever doesn't answer refuses nothing.
std::vector<Provider::Refusal> preflight_on(const Context& context, const Wanted& wanted);

// Its parts. One call for each image that is here, two for one that isn't.
std::vector<Provider::Refusal> refused_images(const Context& context, const Wanted& wanted);
// Host ports that a container of somebody else has, or, on this machine, another program.
std::vector<Provider::Refusal> refused_ports(const Context& context, const Wanted& wanted);
// Networks whose addresses overlap with another one's, or, on this machine, with those of a device.
std::vector<Provider::Refusal> refused_networks(const Context& context, const Wanted& wanted);
// Volumes that a killed restore has left between two states: no program is to find its data so.
std::vector<Provider::Refusal> refused_volumes(const Context& context, const Wanted& wanted);
// Log drivers that the engine doesn't have, where it tells which it has.
std::vector<Provider::Refusal> refused_log_drivers(const Context& context, const Wanted& wanted);
// Secret files, where the engine can't hold them in memory.
std::vector<Provider::Refusal> refused_secret_files(const Context& context, const Wanted& wanted);
// Images that are built there and pushed, where the engine couldn't tell afterwards which one it has pushed.
std::vector<Provider::Refusal> refused_pushes(const Context& context, const Wanted& wanted);
// On this machine: is there room for anything?
std::vector<Provider::Refusal> refused_for_disk(const Context& context, const Wanted& wanted);

}  // namespace infra::nodes
