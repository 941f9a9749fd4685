// What containers and commands in them wrote, as an engine sends it.
#pragma once
#include <string>
#include <string_view>

namespace infra::nodes {

// An engine's stream is in frames: kind, three zeros, big-endian length, text. Podman sends some without.
std::string without_frames(std::string_view stream);

}  // namespace infra::nodes
