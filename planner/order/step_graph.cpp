#include "planner/order/step_graph.h"

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
class StepGraph::Writer {
 public:
  Writer(const StepGraph& graph, const std::vector<std::size_t>& owner_of)
      : graph_(graph),
        owner_of_(owner_of),
        needs_(graph.nodes_.size()),
        position_(graph.nodes_.size(), 0),
        behind_(graph.nodes_.size()) {
    for (const auto& [node, needed] : graph.edges_) needs_[node].push_back(needed);
    steps_.reserve(graph.steps_);
  }

  std::vector<Step> write(const std::vector<Node>& order) {
    for (const auto node : order) {
      auto after = waits_of(node);
      if (graph_.nodes_[node].gate) {
        behind_[node] = std::move(after);
        continue;
      }
      position_[node] = steps_.size();
      steps_.push_back(graph_.nodes_[node].step);
      steps_.back().after = std::move(after);
    }
    return std::move(steps_);
  }

 private:
  std::vector<std::size_t> waits_of(Node node) {
    std::vector<std::size_t> after;
    for (const auto needed : needs_[node]) {
      if (graph_.nodes_[needed].gate) {
        wait_behind(needed, node, after);
      } else {
        after.push_back(position_[needed]);
      }
    }
    std::sort(after.begin(), after.end());
    after.erase(std::unique(after.begin(), after.end()), after.end());
    return after;
  }

  void wait_behind(Node gate, Node node, std::vector<std::size_t>& after) {
    const auto& all = behind_[gate];
    const auto& item = graph_.nodes_[node];
    if (!item.gate && all.size() > kManySteps) {
      const auto [first, is_first] = first_.try_emplace({gate, owner_of_[item.step.change]}, steps_.size());
      if (!is_first) {
        if (first->second != steps_.size()) after.push_back(first->second);
        return;
      }
    }
    after.insert(after.end(), all.begin(), all.end());
  }

  const StepGraph& graph_;
  const std::vector<std::size_t>& owner_of_;
  std::vector<std::vector<Node>> needs_;
  std::vector<std::size_t> position_;                          // by node, of steps
  std::vector<std::vector<std::size_t>> behind_;               // by node, of gates: positions of the steps
  std::map<std::pair<Node, std::size_t>, std::size_t> first_;  // (gate, owner) → position
  std::vector<Step> steps_;
};

std::optional<std::vector<Step>> StepGraph::sorted(const std::vector<std::size_t>& owner_of) const {
  const auto order = dag_of(nodes_.size(), edges_).order();
  if (order.size() != nodes_.size()) return std::nullopt;
  return Writer(*this, owner_of).write(order);
}

}  // namespace infra
