#include "compiler/runs_on.h"

#include <map>
#include <set>

namespace infra {
namespace {

const Resource* referred_to(const Graph& graph, const Value& value) {
  const auto* ref = value.ref();
  if (ref == nullptr || !ref->attribute.empty()) return nullptr;
  const auto* own = graph.find(ref->address);
  return own != nullptr ? own : graph.find_existing(ref->address);
}

}  // namespace

void settle_platforms(Graph& graph) {
  std::map<Address, std::set<std::string>> runners;  // of tasks
  for (auto& resource : graph.resources) {
    if (resource.address.kind != "service" && resource.address.kind != "job") continue;
    if (const auto* cluster = referred_to(graph, resource.config["cluster"])) resource.platform = cluster->platform;
    if (const auto* task = referred_to(graph, resource.config["task"]))
      runners[task->address].insert(resource.platform);
  }
  for (auto& resource : graph.resources) {
    const auto found = runners.find(resource.address);
    if (found != runners.end() && found->second.size() == 1) resource.platform = *found->second.begin();
  }
}

}  // namespace infra
