#include <fmt/format.h>

#include <map>

#include "compiler/checks/input.h"
#include "compiler/checks/parts.h"
#include "compiler/checks/use.h"

namespace infra::checks {
namespace {

// A volume lies on the node or on EFS.
void check_volume(const Resource& task, const std::string& name, Diagnostics& diagnostics) {
  const auto host = task.written(fmt::format("volume.{}.host", name));
  const auto efs = task.written(fmt::format("volume.{}.efs", name));
  const auto& volume = task.config["volume"][name];
  if (!host || !efs || volume["host"].is_null() || volume["efs"].is_null()) return;
  Label one{*host, "on the node"};
  Label two{*efs, "on EFS"};
  if (one.span < two.span) std::swap(one, two);
  diagnostics
      .error("E0415", one.span, fmt::format("volume `{}` of {} is in two places", name, named(task)), one.text,
             "leave out one of the two, or make two volumes")
      .secondary.push_back(two);
}

// One folder shows one volume.
void check_mounts(const Resource& task, const std::string& label, const Map& mounts, Diagnostics& diagnostics) {
  std::map<std::string, std::string> seen;  // volumes by folder
  const auto place = [&](const std::string& volume) {
    const auto path = container_path(label) + "mounts";
    return task.written(fmt::format("{}.{}", path, volume)).value_or(task.place(path));
  };
  for (const auto& [volume, folder] : mounts) {
    if (folder.string() == nullptr) continue;
    const auto [first, fresh] = seen.try_emplace(*folder.string(), volume);
    if (fresh) continue;
    Label one{place(volume), fmt::format("volume `{}`", volume)};
    Label two{place(first->second), fmt::format("volume `{}`", first->second)};
    if (one.span < two.span) std::swap(one, two);
    diagnostics
        .error("E0415", one.span, fmt::format("container `{}` mounts two volumes at {}", label, *folder.string()),
               one.text, "give each a folder of its own")
        .secondary.push_back(two);
  }
}

}  // namespace

void volumes(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& task : input.graph.resources) {
    if (task.address.kind != "task") continue;
    if (const auto* all = task.config["volume"].map()) {
      for (const auto& [name, volume] : *all) check_volume(task, name, diagnostics);
    }
    const auto* containers = task.config["container"].map();
    if (containers == nullptr) continue;
    for (const auto& [label, container] : *containers) {
      if (const auto* mounts = container["mounts"].map()) check_mounts(task, label, *mounts, diagnostics);
    }
  }
}

}  // namespace infra::checks
