// What of a container its host gives it: limits, rights, mounts, logs; the engine's HostConfig.
#pragma once
#include "providers/nodes/context.h"

namespace infra::nodes {

// Those that its node publishes: all in bridge mode; in a network of its own what is `published`, at a port that the
// engine chooses.
List published_ports_of(const Value& inputs);

// What depends on the engine.
struct HostDefaults {
  bool rotates = false;  // its default log driver takes the options that bound a log, see Engine::rotates_logs
  std::string keeps_running = "unless-stopped";
};
Result<HostDefaults> defaults_of(Engine& engine);

// The labels of a named volume of `mounts`, by which it is found again.
Map volume_labels(const Ownership& owner, const std::string& name);

Value host_config(const Ownership& owner, const Value& inputs, const HostDefaults& defaults);

// The same for the call that starts it, on engines whose API still takes it there (docs/adr/0026-pause-container.md):
// it waits for the container `inputs.link` when the engine starts. The mounts are there since it was made.
Value linked_host_config(const Value& inputs, const HostDefaults& defaults);

}  // namespace infra::nodes
