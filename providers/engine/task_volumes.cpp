#include "providers/engine/task_volumes.h"

#include <set>

namespace infra::engine {

namespace {

Value mount_of(const std::string& label, const Value& path, const Value& volume) {
  Map out({{"path", path}, {"volume", label}});
  if (!volume["host"].is_null()) {
    out.set("kind", "host");
    out.set("source", volume["host"]);
  } else if (!volume["name"].is_null()) {
    out.set("kind", "named");
    out.set("source", volume["name"]);
  } else {
    out.set("kind", "task");
  }
  return out;
}

}  // namespace

List mounts_of(const Resource& task, const Value& container) {
  List out;
  const auto* mounts = container["mounts"].map();
  if (mounts == nullptr) return out;
  for (const auto& [label, path] : *mounts) {
    if (!path.is_null()) out.push_back(mount_of(label, path, task.config["volume"][label]));
  }
  return out;
}

std::vector<std::string> named_volumes(const ServiceView& view) {
  std::set<std::string> names;
  for (const auto& [label, container] : *view.containers) {
    for (const auto& mount : mounts_of(*view.task, container)) {
      const auto* name = mount["source"].string();
      if (mount["kind"] == Value("named") && name != nullptr) names.insert(*name);
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace infra::engine
