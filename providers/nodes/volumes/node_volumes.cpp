#include "providers/nodes/volumes/node_volumes.h"

#include <algorithm>

#include "providers/nodes/engine_shapes.h"

namespace infra::nodes {

namespace {

// 64 hexadecimal digits: the engine's own choice.
bool is_anonymous(const std::string& name) {
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Result<std::vector<VolumeSeen>> list_volumes(Engine& engine) {
  auto reply = engine.get("/volumes", shapes::listed_volumes());
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its volumes");
  std::vector<VolumeSeen> out;
  if (const auto* volumes = reply->body["Volumes"].list()) {
    for (const auto& volume : *volumes) {
      const auto name = text_of(volume["Name"]);
      if (is_anonymous(name) || name.starts_with(kRoutesVolume)) continue;
      out.push_back({.name = name,
                     .stack = text_of(volume["Labels"]["infra.stack"]),
                     .lineage = text_of(volume["Labels"]["infra.lineage"]),
                     .created = text_of(volume["CreatedAt"])});
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

}  // namespace infra::nodes
