#include "tests/planner/toy_stack.h"

#include <algorithm>
#include <stdexcept>

#include "base/sources/memory_tree.h"
#include "compiler/dag.h"
#include "planner/decide/moves.h"
#include "planner/decide/recorded_attributes.h"
#include "tests/planner/toy_platform.h"

namespace infra::test {

Address at(const std::string& address) {
  auto parsed = Address::parse(address);
  if (!parsed) throw std::invalid_argument("no address: " + address);
  return *parsed;
}

Value ref(const std::string& address, const std::string& attribute) { return Ref{at(address), attribute}; }

ToyStack::ToyStack()
    : all_platforms_(std::vector<std::shared_ptr<const Platform>>{std::make_shared<const ToyPlatform>()}) {}

Resource& ToyStack::declare(const std::string& address, Map config, const std::vector<std::string>& needs) {
  auto& resource = resources[at(address)];
  resource = {.address = at(address), .platform = "laptop", .config = std::move(config)};
  std::vector<Ref> refs;
  collect_refs(resource.config, refs);
  for (const auto& r : refs) resource.depends_on.push_back(r.address);
  for (const auto& needed : needs) resource.depends_on.push_back(at(needed));
  auto& all = resource.depends_on;
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return resource;
}

void ToyStack::remove(const std::string& address) { resources.erase(at(address)); }

Graph ToyStack::graph() const {
  Graph out{.stack = "shop", .platforms = platforms, .params = Map{}};
  for (const auto& [address, resource] : resources) out.resources.push_back(resource);
  for (const auto& [name, output] : outputs) out.outputs.push_back(output);
  for (const auto& [to, from] : moved_from) out.moves.push_back({from, to, {}});
  Dag dag(out.resources.size());
  for (std::size_t i = 0; i < out.resources.size(); ++i) {
    for (const auto& needed : out.resources[i].depends_on) {
      const auto* other = out.find(needed);
      if (other != nullptr) dag.add(i, static_cast<std::size_t>(other - out.resources.data()));
    }
  }
  out.order = dag.order();
  return out;
}

LoweredGraph ToyStack::lower(Diagnostics& diagnostics, const Snapshot& state) const {
  const MemoryTree sources(std::map<std::string, std::string>{});
  auto declared = graph();
  take_recorded_attributes(declared, all_platforms_, state);
  return infra::lower(declared, all_platforms_, sources, diagnostics);
}

Planned ToyStack::plan(const ModelWorld& world, const Request& request) const {
  Planned out;
  out.lowered = lower(out.diagnostics, world.state);
  out.state = world.state;
  auto observed = world.observe();
  MoveReport moves;
  if (!request.refresh_only) moves = move_recorded(out.lowered.moves, out.state, observed);
  for (const auto& diagnostic : moves.diagnostics.all()) out.diagnostics.add(diagnostic);
  put_where_recorded(out.state, observed);
  const std::string stack = "shop";
  const PlanInput input{.stack = stack,
                        .desired = out.lowered,
                        .state = out.state,
                        .observed = observed,
                        .platforms = all_platforms_,
                        .targets = request.targets,
                        .destroy = request.destroy,
                        .replace = request.replace,
                        .exclude = request.exclude,
                        .refresh_only = request.refresh_only,
                        .moved = moves.moved};
  auto report = make_plan(input);
  for (const auto& diagnostic : report.diagnostics.all()) out.diagnostics.add(diagnostic);
  out.plan = std::move(report.plan);
  out.breaches = check_plan(out.plan, input);
  return out;
}

}  // namespace infra::test
