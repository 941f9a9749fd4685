// What an engine's words mean: the same fault has other status codes in other engines and versions, so the message
// decides.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "providers/nodes/engine.h"

namespace infra::nodes {

// The disk where the engine keeps everything has no room left.
bool says_full_disk(std::string_view message);
inline constexpr const char* kMakeRoom = "make room, such as with `docker system prune`";

// Of pulling or pushing `image`: E0604 it doesn't exist, E0605 its registry doesn't answer or refuses,
// E0610 the disk is full.
Error transfer_error(const Engine& engine, const std::string& image, const std::string& message, bool signed_in);

// E0609 if that is what `message` says. Docker says so when the container is started, Podman when it is created.
std::optional<Error> network_gone(const Engine& engine, const std::string& container, const std::string& message);

// Of starting a container: E0606 a port is taken, E0608 its command can't run, E0609 its network is gone, else E0610.
Error start_error(const Engine& engine, const std::string& container, const std::string& message, const Value& ports);

}  // namespace infra::nodes
