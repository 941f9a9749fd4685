// The platform `nodes`: container engines (Docker, Podman) on machines of one's own.
#pragma once
#include <memory>

#include "providers/image_builder.h"

namespace infra {

std::shared_ptr<const Platform> nodes_platform();

// On an engine that any order may name.
ImageBuilder image_builder();

}  // namespace infra
