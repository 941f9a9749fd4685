// What each node has left while tasks are placed.
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "planner/rollout/place.h"

namespace infra {

// Of an occupant that goes: what it holds is free for those who wait for it.
struct Freed {
  std::int64_t cpu = 0, memory = 0;
  std::vector<HostPort> ports = {};
};

class Room {
 public:
  struct Node {
    const PlaceHost* host = nullptr;
    std::int64_t cpu = 0, memory = 0;  // free; kNoLimit if it isn't known
    std::vector<HostPort> ports = {};  // taken, sorted
    int tasks = 0;
  };
  static constexpr std::int64_t kNoLimit = std::int64_t{1} << 60;

  Room(const std::vector<PlaceHost>& hosts, const std::vector<Occupant>& occupants);
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] const Node& operator[](std::size_t node) const { return nodes_[node]; }
  // -1: there is no such node.
  [[nodiscard]] int find(const std::string& name) const;

  [[nodiscard]] bool fits(std::size_t node, const Demand& demand) const {
    const auto& n = nodes_[node];
    if (demand.cpu > 0 && n.cpu < demand.cpu) return false;
    if (demand.memory > 0 && n.memory < demand.memory) return false;
    return demand.ports.empty() || ports_free(n, demand, {});
  }
  // With what is freed first.
  [[nodiscard]] bool fits(std::size_t node, const Demand& demand, const Freed& freed) const;
  void take(std::size_t node, const Demand& demand);
  // From what is freed first, so that nobody else counts on it.
  void take(std::size_t node, const Demand& demand, Freed& freed);
  // Why `demand` doesn't fit, as "64MiB of memory free, 128MiB needed"; empty if it does.
  [[nodiscard]] std::string shortage(std::size_t node, const Demand& demand) const;
  // The larger of the shares of cpu and memory that are taken, in 1/1000.
  [[nodiscard]] std::int64_t load(std::size_t node) const;

 private:
  static bool ports_free(const Node& node, const Demand& demand, const std::vector<HostPort>& freed);
  static void add_ports(Node& node, const std::vector<HostPort>& ports);

  std::vector<Node> nodes_;
  std::unordered_map<std::string, std::size_t> names_;
};

}  // namespace infra
