// The image of pause containers: one static program (program.cc), loaded into the engine. Nothing is downloaded for it.
#pragma once
#include <string>

#include "providers/nodes/context.h"

namespace infra::nodes {

// Its name on the engine, where it is from now on. The same program is the same image on every engine. E0608 if this
// build has no program for the node's architecture.
Result<std::string> ensure_pause_image(const Context& context);

// Leaves it if a container uses it.
Result<Ok> remove_pause_image(const Context& context);

}  // namespace infra::nodes
