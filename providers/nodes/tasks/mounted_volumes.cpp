#include "providers/nodes/tasks/mounted_volumes.h"

#include <fmt/format.h>

#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/pause/pause_container.h"

namespace infra::nodes {

namespace {

const List& stated_mounts(const Value& container) {
  static const List none;
  const auto* mounts = container["mounts"].list();
  return mounts != nullptr ? *mounts : none;
}

bool is_of_the_task(const Value& mount) { return text_of(mount["kind"]) == "task"; }

}  // namespace

List TaskVolumes::mounts_of(const Value& container, const std::string& secrets) const {
  List out;
  for (const auto& mount : stated_mounts(container)) {
    const auto name = names_.find(text_of(mount["volume"]));
    if (is_of_the_task(mount) && name != names_.end()) {
      out.push_back(Map({{"kind", "volume"}, {"path", mount["path"]}, {"source", name->second}}));
    } else {
      out.push_back(mount);
    }
  }
  if (!secrets.empty()) {
    out.push_back(
        Map({{"kind", "secrets"}, {"path", std::string(kSecretFolder)}, {"source", secrets}, {"read_only", true}}));
  }
  return out;
}

Result<Ok> TaskVolumes::note(const Context& context, const std::string& id, const Value& container) {
  std::map<std::string, std::string> wanted;  // folder → label
  for (const auto& mount : stated_mounts(container)) {
    const auto label = text_of(mount["volume"]);
    if (is_of_the_task(mount) && !names_.contains(label)) wanted[text_of(mount["path"])] = label;
  }
  if (wanted.empty()) return Ok{};
  auto reply = context.engine.get(fmt::format("/containers/{}/json", id), shapes::container());
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "show a container");
  const auto* mounts = reply->body["Mounts"].list();
  if (mounts == nullptr) return Ok{};
  for (const auto& mount : *mounts) {
    const auto at = wanted.find(text_of(mount["Destination"]));
    if (at != wanted.end()) names_[at->second] = text_of(mount["Name"]);
  }
  return Ok{};
}

}  // namespace infra::nodes
