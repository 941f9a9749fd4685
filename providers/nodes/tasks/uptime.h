#pragma once
#include <cstdint>
#include <string_view>

namespace infra::nodes {

// Seconds that a container has run, from a list call's status: "Up 5 minutes (healthy)", "Up About an hour", "Up Less
// than a second". Rounded down to what the text says; 0 of one that doesn't run.
std::int64_t uptime_of(std::string_view status);

}  // namespace infra::nodes
