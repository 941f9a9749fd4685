// The pause container of a task: it owns the network that the task's containers share, and the memory (tmpfs) that
// their secret files are in. docs/adr/0026-pause-container.md.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

// A file whose content is secret, of one container.
struct SecretFile {
  std::string container;  // label
  std::string path;       // where the container sees it
  std::string content;
  unsigned mode = 0444;
  std::int64_t user = 0, group = 0;
  // Its name in the container's tmpfs: what follows /run/secrets/, else one that follows from the path.
  [[nodiscard]] std::string name() const;
};
inline constexpr std::string_view kSecretFolder = "/run/secrets";

// Whether a task of these containers has one: where several share a network, and where there are secret files.
bool needs_pause(const std::string& mode, const Value& containers);

// E0610 if the engine would put them on its disk.
Result<Ok> can_hold_secret_files(Engine& engine);

struct Pause {
  std::string id;
  std::map<std::string, std::string> tmpfs = {};  // container's label → the volume with its secret files
};
// Created and started; the files are there. `request` is the task's; `labels` are those of its members. Only where an
// engine is to start it again, for a task, are they on the node's disk too.
Result<Pause> bring_up_pause(const Context& context, const CreateRequest& request, const Map& labels,
                             const std::vector<SecretFile>& files);

}  // namespace infra::nodes
