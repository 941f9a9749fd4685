// How the images that a stack pushed are told from those of others.
#pragma once
#include <string>

#include "providers/provider.h"

namespace infra::aws {

// What the tag begins with that each of them carries beside its own: "infra-1a2b3c4d-".
inline std::string image_mark(const Ownership& owner) { return "infra-" + owner.lineage.substr(0, 8) + "-"; }

}  // namespace infra::aws
