#include "compiler/dag.h"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <queue>

namespace infra {

// Edges point from what is needed to what needs it.
struct Dag::Impl {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  explicit Impl(std::size_t nodes) : graph(nodes), dependencies(nodes, 0) {}
  Graph graph;
  std::vector<std::size_t> dependencies;  // how many edges end in each node
};

Dag::Dag(std::size_t nodes) : impl_(std::make_unique<Impl>(nodes)) {}
Dag::~Dag() = default;
Dag::Dag(Dag&&) noexcept = default;
Dag& Dag::operator=(Dag&&) noexcept = default;

void Dag::add(std::size_t node, std::size_t dependency) {
  boost::add_edge(dependency, node, impl_->graph);
  ++impl_->dependencies[node];
}

// Kahn's algorithm with a heap, because Boost's topological_sort has no say in the order of ties and output must be
// stable.
std::vector<std::size_t> Dag::order() const {
  auto waiting = impl_->dependencies;
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t node = 0; node < waiting.size(); ++node) {
    if (waiting[node] == 0) ready.push(node);
  }
  std::vector<std::size_t> out;
  out.reserve(waiting.size());
  while (!ready.empty()) {
    const auto node = ready.top();
    ready.pop();
    out.push_back(node);
    for (auto [edge, end] = boost::out_edges(node, impl_->graph); edge != end; ++edge) {
      const auto next = boost::target(*edge, impl_->graph);
      if (--waiting[next] == 0) ready.push(next);
    }
  }
  if (out.size() != waiting.size()) out.clear();
  return out;
}

namespace {

enum class Colour : unsigned char { white, grey, black };

// Iterative depth-first search: a chain of 100,000 must not exhaust the stack.
template <class Graph>
std::vector<std::size_t> find_cycle(const Graph& needs) {
  std::vector<Colour> colour(needs.size(), Colour::white);
  for (std::size_t root = 0; root < needs.size(); ++root) {
    if (colour[root] != Colour::white) continue;
    std::vector<std::pair<std::size_t, std::size_t>> path = {{root, 0}};  // node, next edge
    colour[root] = Colour::grey;
    while (!path.empty()) {
      auto& [node, edge] = path.back();
      if (edge == needs[node].size()) {
        colour[node] = Colour::black;
        path.pop_back();
        continue;
      }
      const auto next = needs[node][edge++];
      if (colour[next] == Colour::grey) {
        std::vector<std::size_t> cycle;
        auto start = std::find_if(path.begin(), path.end(), [&](const auto& p) { return p.first == next; });
        for (; start != path.end(); ++start) cycle.push_back(start->first);
        return cycle;
      }
      if (colour[next] == Colour::white) {
        colour[next] = Colour::grey;
        path.emplace_back(next, 0);
      }
    }
  }
  return {};
}

}  // namespace

std::vector<std::size_t> Dag::cycle() const {
  std::vector<std::vector<std::size_t>> needs(boost::num_vertices(impl_->graph));
  for (auto [edge, end] = boost::edges(impl_->graph); edge != end; ++edge) {
    needs[boost::target(*edge, impl_->graph)].push_back(boost::source(*edge, impl_->graph));
  }
  for (auto& list : needs) std::sort(list.begin(), list.end());
  auto cycle = find_cycle(needs);
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
  return cycle;
}

}  // namespace infra
