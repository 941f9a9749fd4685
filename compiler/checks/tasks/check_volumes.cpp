#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

// A volume lies in a folder of the node, on EFS, or where the engine keeps its own.
void check_volume(const Resource& task, const std::string& name, Diagnostics& diagnostics) {
  std::vector<Label> places;
  for (const auto& [attribute, text] : {std::pair{"host", "a folder of the node"}, std::pair{"efs", "on EFS"},
                                        std::pair{"name", "kept by the engine"}}) {
    const auto written = task.written(fmt::format("volume.{}.{}", name, attribute));
    if (written && !task.config["volume"][name][attribute].is_null()) places.push_back({*written, text});
  }
  if (places.size() < 2) return;
  auto one = places[0];
  auto two = places[1];
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

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// What covers the file once the container runs: a volume, or memory. Nothing else may be at /run/secrets.
std::string cover_of(const Value& container, std::string_view path) {
  for (const auto& [attribute, noun] : {std::pair{"mounts", "volume"}, std::pair{"tmpfs", "tmpfs"}}) {
    const auto* all = container[attribute].map();
    if (all == nullptr) continue;
    for (const auto& [key, value] : *all) {
      const bool by_key = std::string_view(attribute) == "tmpfs";
      const auto* folder = by_key ? &key : value.string();
      if (folder != nullptr && is_below(path, *folder)) return fmt::format("{} at {}", noun, *folder);
    }
  }
  return {};
}

// `mounted`: a file is a volume of its own, which needs no place in the root file system.
void check_file(const Resource& task, const std::string& label, const std::string& path, bool mounted,
                Diagnostics& diagnostics) {
  const auto place = task.place(container_path(label) + "file." + path);
  const auto& container = task.config["container"][label];
  if (!path.starts_with('/') || path.ends_with('/') || path.find("/..") != std::string::npos) {
    diagnostics.error("E0415", place, fmt::format("\"{}\" of container `{}` is no path of a file", path, label),
                      "needs a path from /", fmt::format("such as file \"/etc/{}\"", path.substr(path.rfind('/') + 1)));
    return;
  }
  if (const auto cover = cover_of(container, path); !cover.empty()) {
    diagnostics.error("E0415", place,
                      fmt::format("the file {} of container `{}` is hidden by its {}", path, label, cover),
                      "never seen", "put it elsewhere");
    return;
  }
  if (mounted || container["read_only"] != Value(true) || is_below(path, "/run/secrets")) return;
  diagnostics.error("E0415", place,
                    fmt::format("container `{}` is `read_only`, so the file {} can't be put into it", label, path),
                    "needs a file system that can be written",
                    "build it into the image, leave `read_only` out, or, if it is a secret, put it below /run/secrets");
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
    const auto* platform = input.graph.platform(task.platform);
    const bool mounted = platform != nullptr && platform->kind == "kubernetes";
    for (const auto& [label, container] : *containers) {
      if (const auto* mounts = container["mounts"].map()) check_mounts(task, label, *mounts, diagnostics);
      if (const auto* files = container["file"].map()) {
        for (const auto& [path, file] : *files) check_file(task, label, path, mounted, diagnostics);
      }
    }
  }
}

}  // namespace infra::checks
