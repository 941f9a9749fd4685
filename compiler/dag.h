// A directed graph of dense indices over Boost.Graph, which stays out of every other header.
#pragma once
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace infra {

class Dag {
 public:
  explicit Dag(std::size_t nodes);
  ~Dag();
  Dag(Dag&&) noexcept;
  Dag& operator=(Dag&&) noexcept;
  // `node` needs `dependency` first. Duplicates are harmless.
  void add(std::size_t node, std::size_t dependency);
  // Dependencies before what needs them; ties by index. Empty if there is a cycle.
  [[nodiscard]] std::vector<std::size_t> order() const;
  // One cycle, each node followed by what it needs, the smallest index first; empty if there is none.
  [[nodiscard]] std::vector<std::size_t> cycle() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace infra
