#include "planner/rollout/room.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/units.h"

namespace infra {

Room::Room(const std::vector<PlaceHost>& hosts, const std::vector<Occupant>& occupants) {
  nodes_.reserve(hosts.size());
  for (const auto& host : hosts) {
    names_.emplace(host.name, nodes_.size());
    nodes_.push_back({.host = &host,
                      .cpu = host.cpu == 0 ? kNoLimit : host.cpu,
                      .memory = host.memory == 0 ? kNoLimit : host.memory,
                      .ports = host.taken});
    std::sort(nodes_.back().ports.begin(), nodes_.back().ports.end());
  }
  for (const auto& occupant : occupants)
    if (const int node = find(occupant.node); node >= 0) take(static_cast<std::size_t>(node), occupant.demand);
}

int Room::find(const std::string& name) const {
  const auto at = names_.find(name);
  return at == names_.end() ? -1 : static_cast<int>(at->second);
}

bool Room::ports_free(const Node& node, const Demand& demand, const std::vector<HostPort>& freed) {
  return std::none_of(demand.ports.begin(), demand.ports.end(), [&](const HostPort& port) {
    return std::binary_search(node.ports.begin(), node.ports.end(), port) &&
           std::find(freed.begin(), freed.end(), port) == freed.end();
  });
}

void Room::add_ports(Node& node, const std::vector<HostPort>& ports) {
  for (const auto& port : ports) node.ports.insert(std::lower_bound(node.ports.begin(), node.ports.end(), port), port);
}

bool Room::fits(std::size_t node, const Demand& demand, const Freed& freed) const {
  const auto& n = nodes_[node];
  if (demand.cpu > 0 && n.cpu + freed.cpu < demand.cpu) return false;
  if (demand.memory > 0 && n.memory + freed.memory < demand.memory) return false;
  return ports_free(n, demand, freed.ports);
}

void Room::take(std::size_t node, const Demand& demand) {
  auto& n = nodes_[node];
  if (n.cpu != kNoLimit) n.cpu -= demand.cpu;
  if (n.memory != kNoLimit) n.memory -= demand.memory;
  add_ports(n, demand.ports);
  ++n.tasks;
}

void Room::take(std::size_t node, const Demand& demand, Freed& freed) {
  auto rest = demand;
  const auto use = [](std::int64_t& from, std::int64_t& need) {
    const auto used = std::min(from, need);
    from -= used;
    need -= used;
  };
  use(freed.cpu, rest.cpu);
  use(freed.memory, rest.memory);
  take(node, rest);
  std::erase_if(freed.ports, [&](const HostPort& port) {
    return std::find(demand.ports.begin(), demand.ports.end(), port) != demand.ports.end();
  });
}

std::string Room::shortage(std::size_t node, const Demand& demand) const {
  const auto& n = nodes_[node];
  for (const auto& port : demand.ports)
    if (std::binary_search(n.ports.begin(), n.ports.end(), port))
      return fmt::format("port {}/{} is taken", port.number, port.protocol);
  if (demand.cpu > 0 && n.cpu < demand.cpu)
    return fmt::format("{} free, {} needed", format_cpu(Cpu{std::max<std::int64_t>(0, n.cpu)}),
                       format_cpu(Cpu{demand.cpu}));
  if (demand.memory > 0 && n.memory < demand.memory)
    return fmt::format("{} of memory free, {} needed", format_bytes(Bytes{std::max<std::int64_t>(0, n.memory)}),
                       format_bytes(Bytes{demand.memory}));
  return {};
}

std::int64_t Room::load(std::size_t node) const {
  const auto& n = nodes_[node];
  const auto share = [](std::int64_t free, std::int64_t all) { return all == 0 ? 0 : (all - free) * 1000 / all; };
  return std::max(share(n.cpu, n.host->cpu), share(n.memory, n.host->memory));
}

}  // namespace infra
