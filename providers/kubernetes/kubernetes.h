// The platform `kubernetes`.
#pragma once
#include <memory>

#include "providers/eks_access.h"
#include "providers/image_builder.h"

namespace infra {

// `build`: who builds images, `sign_in`: who gives tokens for EKS; without them these can't be had.
std::shared_ptr<const Platform> kubernetes_platform(ImageBuilder build = {}, EksSignIn sign_in = {});

}  // namespace infra
