// The platform `nodes`: container engines (Docker, Podman) on machines of one's own.
#pragma once
#include <memory>

#include "providers/provider.h"

namespace infra {

std::shared_ptr<const Platform> nodes_platform();

}  // namespace infra
