// What a task is once it runs: where it answers.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "providers/engine/engine_types.h"

namespace infra::engine {

// Where a node's published ports answer, seen from here: the host of a remote engine's endpoint, else this machine.
std::string node_host(const PlatformDecl& platform, const std::string& name);
// The host of a `node` block's endpoint; nullopt of one without, and of a socket of this machine.
std::optional<std::string> host_of_endpoint(const Value& node);

struct TaskSeen {
  struct Port {
    std::string name;
    std::int64_t inside = 0;
    std::int64_t outside = 0;  // on the node; 0: it isn't published
    std::string protocol;
  };
  std::string name;  // of its first container
  std::string node;
  std::string host;              // node_host of its node
  std::string address;           // in its network; empty: it has none, or doesn't run
  std::string mode;              // how its containers are connected
  std::vector<Port> ports = {};  // by container, then name
  Map containers = {};           // label → the engine's id
};
// The outputs of the type `task`.
Map task_outputs(const TaskSeen& seen);

}  // namespace infra::engine
