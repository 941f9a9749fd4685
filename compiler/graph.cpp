#include "compiler/graph.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra {

namespace {
const Resource* find_among(const std::vector<Resource>& all, const Address& address) {
  const auto at = std::lower_bound(all.begin(), all.end(), address,
                                   [](const Resource& r, const Address& a) { return r.address < a; });
  return at != all.end() && at->address == address ? &*at : nullptr;
}
}  // namespace

const Resource* Graph::find(const Address& address) const { return find_among(resources, address); }
const Resource* Graph::find_existing(const Address& address) const { return find_among(existing, address); }

const PlatformDecl* Graph::platform(std::string_view name) const {
  const auto at =
      std::find_if(platforms.begin(), platforms.end(), [&](const PlatformDecl& p) { return p.name == name; });
  return at != platforms.end() ? &*at : nullptr;
}

namespace {
void dump_config(std::string& out, const Value& config) {
  if (config.map() == nullptr) return;
  for (const auto& [key, value] : *config.map()) out += fmt::format("  {} = {}\n", key, to_source(value));
}
}  // namespace

std::string dump_graph(const Graph& graph) {
  std::string out = fmt::format("stack {}\n", graph.stack);
  for (const auto& platform : graph.platforms) {
    out += fmt::format("platform {} {}\n", platform.kind, platform.name);
    dump_config(out, platform.config);
  }
  for (const auto& resource : graph.resources) {
    out += fmt::format("{} on {}\n", resource.address.text(), resource.platform);
    for (const auto& needed : resource.depends_on) out += fmt::format("  <- {}\n", needed.text());
    dump_config(out, resource.config);
  }
  for (const auto& one : graph.existing) {
    out += fmt::format("existing {} on {}\n", one.address.text(), one.platform);
    dump_config(out, one.config);
  }
  for (const auto& import : graph.imports) out += fmt::format("import {} {}\n", import.address.text(), import.id);
  for (const auto& move : graph.moves) out += fmt::format("move {} -> {}\n", move.from.text(), move.to.text());
  for (const auto& output : graph.outputs) {
    out += fmt::format("output {} = {}\n", output.name, output.secret ? "***" : to_source(output.value));
  }
  return out;
}

}  // namespace infra
