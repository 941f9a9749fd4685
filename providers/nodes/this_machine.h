// Whether an engine lives where this program does: then what it would meet can be seen from here.
#pragma once
#include "providers/nodes/engine.h"

namespace infra::nodes {

// It listens on a socket of this machine, and has the network that this process has: no virtual machine is between
// them (Docker Desktop), no network namespace. In doubt false.
bool shares_network(const Engine& engine);
// The same of the file systems.
bool shares_files(const Engine& engine);

}  // namespace infra::nodes
