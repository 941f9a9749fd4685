// Labels that a host has without anybody's declaring them (ECS: built-in attributes of container instances).
#pragma once
#include <string_view>

namespace infra::facts {

// "infra.volume/shop-db": the volume of that name lies on this host.
inline constexpr std::string_view kVolumeLabel = "infra.volume/";

}  // namespace infra::facts
