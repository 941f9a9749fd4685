// An engine trusts a registry's certificate if it lies in a folder of its machine, /etc/docker/certs.d/HOST:PORT, which
// Docker and Podman read at every pull and push. No call of their API puts it there: a container that is never started
// has the folder as a volume, and the file is copied into that.
#pragma once
#include <string>

#include "providers/nodes/context.h"

namespace infra::nodes {

// Once for each engine and certificate, as long as this program runs. `endpoint`: HOST:PORT.
Result<Ok> trust_registry(const Context& context, const std::string& endpoint, const std::string& certificate);
// Removes the folder.
Result<Ok> forget_registry(const Context& context, const std::string& endpoint);

}  // namespace infra::nodes
