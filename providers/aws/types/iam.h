// What the types of IAM share.
#pragma once
#include <fmt/format.h>

#include <string>

#include "providers/aws/aws_type.h"

namespace infra::aws {

// Roles and instance profiles are listed without their tags: by the path one list call gives this stack's alone.
inline std::string iam_path(const Ownership& owner) {
  return fmt::format("/infra/{}/{}/", run_time_name(owner.stack), owner.lineage);
}

}  // namespace infra::aws
