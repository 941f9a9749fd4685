// What EC2 instance types have, as AWS publishes it (DescribeInstanceTypes). A type that isn't here is not judged.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace infra::facts {

struct InstanceType {
  std::string name;  // "m6i.large"
  Cpu cpu;
  Bytes memory;
};

// By rising size.
std::vector<InstanceType> instances_of_family(std::string_view family);
std::optional<InstanceType> find_instance(std::string_view name);

}  // namespace infra::facts
