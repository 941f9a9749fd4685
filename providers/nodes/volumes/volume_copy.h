// A volume's content as a tar. An engine gives and takes archives of containers, also of those that don't run, with
// their volumes in place: so a container of the pause image is made around the volume, and never started but to wipe
// it.
#pragma once
#include <string>

#include "providers/nodes/context.h"
#include "providers/volumes.h"

namespace infra::nodes {

// On the container that a restore goes through: the volume's name. It is there for as long as the volume holds less
// than a whole copy.
inline constexpr const char* kRestoreLabel = "infra.restore";

Result<Ok> copy_volume_out(const Context& context, const std::string& volume, const Volumes::Take& take);
Result<Ok> copy_volume_in(const Context& context, const std::string& volume, const Volumes::Give& give);

}  // namespace infra::nodes
