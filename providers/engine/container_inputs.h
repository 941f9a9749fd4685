// A task's container as the inputs of the provider type "container", but for node, name, network and ports.
#pragma once
#include "providers/engine/service_view.h"

namespace infra::engine {

Map container_inputs(const ServiceView& view, const std::string& label);

// How long it may take to become healthy, in milliseconds: its start timeout, or longer where its health check needs
// it.
std::int64_t longest_start(const Value& container);
// The same of all containers of a task, in milliseconds: one that waits for another begins when that is there.
std::int64_t longest_start_of_group(const Map& containers);

// A container's plain and secret variables as one Map of Strings.
Map environment(const Value& container);

}  // namespace infra::engine
