#include "compiler/runs_on.h"

#include <algorithm>
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

bool says_platform(const ast::Items& items) {
  return std::any_of(items.begin(), items.end(), [](const ast::Item& item) {
    if (const auto* assign = std::get_if<ast::Assign>(&item.node)) return assign->name.text == "platform";
    const auto* branch = std::get_if<ast::If>(&item.node);
    return branch != nullptr && (says_platform(branch->then_items) || says_platform(branch->else_items));
  });
}

// The declarations that say where they run, of a stack and its modules.
class Stated {
 public:
  explicit Stated(const Unit& stack) { add(stack); }
  [[nodiscard]] bool contains(const Resource& resource) const { return spans_.contains(resource.span); }

 private:
  void add(const Unit& unit) {
    if (!seen_.insert(&unit).second) return;
    for (const auto& decl : unit.program.decls) {
      if (says_platform(decl.block->items)) spans_.insert(decl.span);
    }
    for (const auto& [decl, module] : unit.types.modules) {
      if (module != nullptr) add(*module);
    }
  }
  std::set<Span> spans_;
  std::set<const Unit*> seen_;
};

}  // namespace

void settle_platforms(const Unit& stack, Graph& graph) {
  if (graph.platforms.size() < 2) return;
  const Stated stated(stack);
  std::map<Address, std::set<std::string>> runners;  // of tasks
  for (auto& resource : graph.resources) {
    if (resource.address.kind != "service" && resource.address.kind != "job") continue;
    const auto* cluster = referred_to(graph, resource.config["cluster"]);
    if (cluster != nullptr && !stated.contains(resource)) resource.platform = cluster->platform;
    if (const auto* task = referred_to(graph, resource.config["task"]))
      runners[task->address].insert(resource.platform);
  }
  for (auto& resource : graph.resources) {
    const auto found = runners.find(resource.address);
    const bool agreed = found != runners.end() && found->second.size() == 1;
    if (agreed && !stated.contains(resource)) resource.platform = *found->second.begin();
  }
}

}  // namespace infra
