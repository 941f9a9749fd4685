// The platform `kubernetes`.
#pragma once
#include <memory>

#include "providers/image_builder.h"

namespace infra {

// `build`: who builds images; without it they can't be had.
std::shared_ptr<const Platform> kubernetes_platform(ImageBuilder build = {});

}  // namespace infra
