// `urls` and `address` of a service.
#pragma once
#include <vector>

#include "providers/engine/placement.h"

namespace infra::engine {

// "0" of a task with one container, "0/web" of one with several.
std::string part_name(const ServiceView& view, const Instance& instance, const std::string& label);

Value service_outputs(const Lowering& lowering, const ServiceView& view, const std::vector<Instance>& instances);

}  // namespace infra::engine
