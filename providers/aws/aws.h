// The platform `aws`.
#pragma once
#include <memory>

#include "providers/provider.h"

namespace infra {

std::shared_ptr<const Platform> aws_platform();

}  // namespace infra
