#include "planner/step_graph.h"

#include <algorithm>
#include <map>

#include "compiler/dag.h"

namespace infra {
namespace {

// Up to this many steps, waiting for each of them is cheaper than being clever.
constexpr std::size_t kManySteps = 64;

Dag dag_of(std::size_t nodes, const std::vector<std::pair<std::size_t, std::size_t>>& edges) {
  Dag dag(nodes);
  for (const auto& [node, needed] : edges) dag.add(node, needed);
  return dag;
}

}  // namespace

StepGraph::Node StepGraph::add_step(Step::Kind kind, std::size_t change, bool deposes) {
  nodes_.push_back({{.kind = kind, .change = change, .after = {}, .deposes = deposes}, false});
  ++steps_;
  return nodes_.size() - 1;
}

StepGraph::Node StepGraph::add_gate() {
  nodes_.push_back({{}, true});
  return nodes_.size() - 1;
}

std::vector<StepGraph::Node> StepGraph::cycle() const { return dag_of(nodes_.size(), edges_).cycle(); }

// A plan's steps can only name steps. A gate in front of many steps would be written out once for each that waits for
// it; so of one owner's steps behind such a gate the first waits for all, and the others wait for that first one.
std::optional<std::vector<Step>> StepGraph::sorted(const std::vector<std::size_t>& owner_of) const {
  const auto order = dag_of(nodes_.size(), edges_).order();
  if (order.size() != nodes_.size()) return std::nullopt;

  std::vector<std::vector<Node>> needs(nodes_.size());
  for (const auto& [node, needed] : edges_) needs[node].push_back(needed);

  std::vector<Step> out;
  out.reserve(steps_);
  std::vector<std::size_t> position(nodes_.size(), 0);
  std::vector<std::vector<std::size_t>> behind(nodes_.size());  // of gates: positions of the steps
  std::map<std::pair<Node, std::size_t>, std::size_t> first;    // (gate, owner) → position
  for (const auto node : order) {
    const bool gate = nodes_[node].gate;
    std::vector<std::size_t> after;
    for (const auto needed : needs[node]) {
      if (!nodes_[needed].gate) {
        after.push_back(position[needed]);
      } else if (gate || behind[needed].size() <= kManySteps) {
        after.insert(after.end(), behind[needed].begin(), behind[needed].end());
      } else if (const auto [at, is_new] =
                     first.try_emplace({needed, gate ? 0 : owner_of[nodes_[node].step.change]}, out.size());
                 is_new) {
        after.insert(after.end(), behind[needed].begin(), behind[needed].end());
      } else if (at->second != out.size()) {
        after.push_back(at->second);
      }
    }
    std::sort(after.begin(), after.end());
    after.erase(std::unique(after.begin(), after.end()), after.end());
    if (gate) {
      behind[node] = std::move(after);
    } else {
      position[node] = out.size();
      out.push_back(nodes_[node].step);
      out.back().after = std::move(after);
    }
  }
  return out;
}

}  // namespace infra
