// What whoever applies a stack must be allowed.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "workspace/options.h"

namespace infra {

struct Permissions {
  std::string platform;  // its name
  std::string text;      // as the platform writes it
};

// Of each platform of this kind that the stack has; nothing is asked of it. Params without a value may be missing.
// E0902 if the stack has none.
Result<std::vector<Permissions>> least_permissions(const StackOptions& options, const std::string& kind);

}  // namespace infra
