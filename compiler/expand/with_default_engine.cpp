#include "compiler/expand/with_default_engine.h"

namespace infra {

Value with_default_engine(Value config, const DefaultEngine& engine) {
  const Value nodes = config["node"];
  if (config.map() == nullptr || nodes.map() == nullptr) return config;
  Map all;
  for (const auto& [label, node] : *nodes.map()) {
    if (node.map() == nullptr || !node["endpoint"].is_null()) {
      all.set(label, node);
      continue;
    }
    Map filled = *node.map();
    filled.set("endpoint", engine.endpoint);
    for (const auto& [name, file] : {std::pair{"ca", &engine.ca}, {"cert", &engine.cert}, {"key", &engine.key}}) {
      if (!file->empty() && node[name].is_null()) filled.set(name, *file);
    }
    all.set(label, std::move(filled));
  }
  Map out = *config.map();
  out.set("node", std::move(all));
  return out;
}

}  // namespace infra
