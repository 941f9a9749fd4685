// An image for load balancers, made from this machine's own HAProxy.
#pragma once
#include "tests/support/private_engine.h"

namespace infra::testing {

// Why there is none (haproxy or perl isn't installed), or nullopt.
std::optional<std::string> haproxy_obstacle();
// tests/support/haproxy_image as an image of the engine.
void load_haproxy_image(const PrivateEngine& engine, const std::string& name);

}  // namespace infra::testing
