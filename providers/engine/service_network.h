// How the containers of a service's copies are connected.
#pragma once
#include <optional>

#include "providers/engine/service_view.h"

namespace infra::engine {

// In awsvpc mode: the first of `service.subnets`, else of the private subnets of the cluster's VPC, else of all of
// them, else the VPC itself if that is `existing`; nullptr if there is none, which the compiler has refused. Other
// modes need none: nullptr; ask `view.mode`.
const Resource* subnet_of(const Lowering& lowering, const ServiceView& view);

// The `network` input of one container of a copy. `owner` is the label of the container whose network the others join.
Value network_input(const Lowering& lowering, const ServiceView& view, const Resource* subnet, const std::string& node,
                    const Address& owner, bool joins_owner);

}  // namespace infra::engine
