// A service with what it refers to, read once: its task, its network mode, its ports.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "providers/engine/lowering.h"

namespace infra::engine {

struct PublishedPort {
  std::string container;  // label
  std::string name;
  std::int64_t inside = 0;
  std::int64_t host = 0;  // 0: the engine chooses
  std::string protocol;
};

struct ServiceView {
  const Resource* service = nullptr;
  const Resource* task = nullptr;
  const Resource* cluster = nullptr;
  const Map* containers = nullptr;
  std::string mode;  // "host" "bridge" "awsvpc" "none"
  std::int64_t desired = 0;
  bool daemon = false;
  std::vector<PublishedPort> ports;  // of all containers, by container and name
};

// nullopt if the service refers to nothing usable, which others report.
std::optional<ServiceView> view_of(const Lowering& lowering, const Resource& service);

bool has_fixed_port(const ServiceView& view);

}  // namespace infra::engine
