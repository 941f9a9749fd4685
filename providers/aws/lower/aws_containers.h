// A task's containers as RegisterTaskDefinition takes them.
#pragma once
#include "providers/aws/lower/aws_lower.h"

namespace infra::aws {

// Where a secret variable's value comes from: by container and variable.
using SecretReferences = std::map<std::string, std::map<std::string, Value>>;

List container_definitions(const Lowering& lowering, const std::string& mode, const SecretReferences& secrets);

}  // namespace infra::aws
