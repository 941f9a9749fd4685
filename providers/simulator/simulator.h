// The platform `simulator`: nodes, networks, containers, images and repositories that exist only in a file. It keeps
// the same contract as the real ones and has their everyday faults (a port that is taken, an image that isn't there),
// and delays and failures on demand.
#pragma once
#include <memory>

#include "providers/provider.h"

namespace infra {

std::shared_ptr<const Platform> simulator_platform();

}  // namespace infra
