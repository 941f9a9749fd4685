// What a machine needs for infra to work on it, looked at without changing anything.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/shared_options.h"
#include "compiler/graph.h"
#include "providers/provider.h"

namespace infra::cli {

struct Finding {
  std::string what;  // "container engine unix:///var/run/docker.sock"
  bool good = true;
  bool needed = true;  // else its absence only limits what can be done
  std::string detail;  // why it isn't good, or what was found
  std::string help;    // how to get it
};

// Engines that are usually there: DOCKER_HOST, Docker's socket, Podman's sockets. One that answers is enough.
std::vector<Finding> look_for_engines(const Platforms& platforms, const std::string& home);
// Every platform that the stack declares, node by node, and whether it has room for what the stack declares there.
std::vector<Finding> look_at_platforms(const Platforms& platforms, const Graph& graph, const StackOptions& options);
// Every registry with an endpoint that the stack's images are pushed to.
std::vector<Finding> look_at_registries(const Graph& graph);
Finding look_at_state_folder(const std::string& folder);
Finding look_at_disk(const std::string& folder);
Finding look_for_git();

}  // namespace infra::cli
