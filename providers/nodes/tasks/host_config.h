// What of a container its host gives it: limits, rights, mounts, logs; the engine's HostConfig.
#pragma once
#include "providers/nodes/context.h"

namespace infra::nodes {

// `rotates`: the engine's default log driver takes the options that bound a log, see Engine::rotates_logs.
// Those that its node publishes: all in bridge mode; in a network of its own what is `published`, at a port that the
// engine chooses.
List published_ports_of(const Value& inputs);
Value host_config(const Ownership& owner, const Value& inputs, bool rotates);

// The same for the call that starts it, on engines whose API still takes it there (docs/adr/0026-pause-container.md):
// it waits for the container `inputs.link` when the engine starts. The mounts are there since it was made.
Value linked_host_config(const Value& inputs, bool rotates);

}  // namespace infra::nodes
