// Steps and what they wait for, sorted so that whatever is waited for stands earlier.
#pragma once
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "planner/plan.h"

namespace infra {

class StepGraph {
 public:
  using Node = std::size_t;

  Node add_step(Step::Kind kind, std::size_t change, bool deposes = false);
  // Isn't a step: who waits for a gate waits for everything that the gate waits for. N parts behind M parts are N + M
  // edges instead of N × M.
  Node add_gate();
  void wait(Node node, Node needed) { edges_.emplace_back(node, needed); }

  [[nodiscard]] bool is_gate(Node node) const { return nodes_[node].gate; }
  [[nodiscard]] const Step& step(Node node) const { return nodes_[node].step; }
  [[nodiscard]] std::size_t steps() const { return steps_; }

  // nullopt: there is a cycle. `owner_of` gives a number for the owner of each change.
  [[nodiscard]] std::optional<std::vector<Step>> sorted(const std::vector<std::size_t>& owner_of) const;
  // Nodes of one cycle.
  [[nodiscard]] std::vector<Node> cycle() const;

 private:
  class Writer;
  struct Item {
    Step step;
    bool gate = false;
  };
  std::vector<Item> nodes_;
  std::vector<std::pair<Node, Node>> edges_;
  std::size_t steps_ = 0;
};

}  // namespace infra
