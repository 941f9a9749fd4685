// What EC2 instance types have, as AWS publishes it (DescribeInstanceTypes). A type that isn't here is not judged.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/values/value.h"

namespace infra::facts {

struct InstanceType {
  std::string name;  // "m6i.large"
  Cpu cpu;
  Bytes memory;                 // as it is sold
  std::int64_t interfaces = 0;  // network interfaces that can be attached, the first one included; 0: not known
  bool trunks = true;           // with the account setting awsvpcTrunking it takes many more; T instances don't
};

// By rising size.
std::vector<InstanceType> instances_of_family(std::string_view family);
std::optional<InstanceType> find_instance(std::string_view name);

// What the ECS agent registers is what the kernel says it has (MemTotal), less than what is sold. At most this much is
// ever left: the kernel describes each page of 4096 bytes by one of 64, so a 64th is gone before anything runs.
Bytes most_registered(Bytes memory);
// What is left with the images that AWS offers: the kernel, its reserves and the firmware take more of a small instance
// (reports name 952MiB of a t3.micro's 1GiB, 7.6GiB of an m5.large's 8GiB; the
// developer guide shows 7985MiB of an m4.large's 8GiB).
Bytes usually_registered(Bytes memory);

}  // namespace infra::facts
