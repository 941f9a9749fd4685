#include "planner/check/check_task_hosts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/values/codec.h"

namespace infra {
namespace {

struct Load {
  std::int64_t cpu = 0, memory = 0;
  std::vector<HostPort> ports = {};

  void add(const Demand& demand) {
    cpu += demand.cpu;
    memory += demand.memory;
    ports.insert(ports.end(), demand.ports.begin(), demand.ports.end());
  }
};

// What runs on a node in the end, at most: all that is there and doesn't go, and all that comes.
struct NodeLoad {
  Load all;
  Load coming;
  std::vector<Address> comes = {};
};

class RoomCheck {
 public:
  RoomCheck(const PlanTables& tables, std::vector<std::string>& breaches) : tables_(tables), breaches_(breaches) {}

  void run() {
    for (const auto& change : tables_.plan.changes)
      if (change.deployment) check_nodes(change, tables_.plan.deployments[*change.deployment]);
    if (nodes_.empty()) return;
    for (const auto& place : tables_.places)
      if (place.wanted != nullptr && place.wanted->type == kTaskSet) add_what_stays(place);
    for (const auto& [key, load] : nodes_)
      if (const auto* host = host_of(key.first, key.second)) check_load(*host, load);
  }

 private:
  using Key = std::pair<std::string_view, std::string_view>;  // platform, node

  template <class... A>
  void breach(fmt::format_string<A...> format, A&&... arguments) {
    breaches_.push_back(fmt::format(format, std::forward<A>(arguments)...));
  }

  // By name once: a plan of thousands of copies asks for each.
  const ObservedHost* host_of(std::string_view platform, std::string_view name) {
    auto [at, is_new] = hosts_.try_emplace({platform, name}, nullptr);
    if (!is_new) return at->second;
    const auto& all = tables_.input.observed.hosts;
    const auto found = std::find_if(all.begin(), all.end(), [&](const ObservedHost& host) {
      return host.name == name && (host.platform.empty() || host.platform == platform);
    });
    at->second = found != all.end() ? &*found : nullptr;
    return at->second;
  }

  void check_nodes(const Change& change, const Deployment& deployment) {
    const auto want = tables_.wanted_set(change);
    const bool alone = want && (want->place.distinct || want->daemon);
    std::set<Address> kept;
    std::set<std::string_view> on;
    for (const auto& task : deployment.keep) {
      kept.insert(task.address);
      on.insert(task.node);
    }
    for (const auto& task : deployment.start) {
      if (kept.contains(task.address)) continue;  // it is made anew only where it has been
      check_node(deployment, want ? want->place : Placement(), task);
      if (!on.insert(task.node).second && alone) breach("{} isn't alone on node {}", task.address.text(), task.node);
      auto& node = nodes_[{deployment.platform, task.node}];
      node.comes.push_back(task.address);
      if (want) node.coming.add(want->demand);
    }
  }

  void check_node(const Deployment& deployment, const Placement& rules, const PlannedTask& task) {
    const auto* host = host_of(deployment.platform, task.node);
    const auto name = task.address.text();
    if (host == nullptr) return breach("{} is started on node {}, which there isn't", name, task.node);
    if (!host->answers) breach("{} is started on node {}, which doesn't answer", name, task.node);
    if (host->draining) breach("{} is started on node {}, which is drained", name, task.node);
    const auto& only = rules.nodes;
    if (!only.empty() && std::find(only.begin(), only.end(), task.node) == only.end())
      breach("{} is started on node {}, which isn't one of its own", name, task.node);
    for (const auto& [label, value] : rules.where) {
      const auto at = host->labels.find(label);
      if (at == host->labels.end() || at->second != value)
        breach("{} is started on node {}, whose label {} isn't {}", name, task.node, label, value);
    }
  }

  // Copies of this set that are there and stay. One that goes holds its room until it has gone, unless who comes waits.
  void add_what_stays(const PlanTables::Place& place) {
    const auto& set = *place.wanted;
    const auto demand = task_set_of(set.inputs).demand;
    const auto* deployment = deployment_of(place);
    std::set<std::string_view> going;
    if (deployment != nullptr)
      for (const auto& task : deployment->stop) going.insert(task.id);
    for (const auto* object : tables_.tasks_of(set.address.owner(), set.platform).observed) {
      const auto* node = object->outputs["node"].string();
      const auto at = node != nullptr ? nodes_.find({set.platform, *node}) : nodes_.end();
      if (at != nodes_.end() && !going.contains(object->id)) at->second.all.add(demand);
    }
  }

  [[nodiscard]] const Deployment* deployment_of(const PlanTables::Place& place) const {
    for (const auto index : place.changes) {
      const auto& change = tables_.plan.changes[index];
      if (change.deployment && change.platform == place.wanted->platform && !change.deposed)
        return &tables_.plan.deployments[*change.deployment];
    }
    return nullptr;
  }

  void check_load(const ObservedHost& host, const NodeLoad& load) {
    const auto cpu = load.all.cpu + load.coming.cpu;
    const auto memory = load.all.memory + load.coming.memory;
    const auto first = load.comes.front().text();
    if (host.cpu > 0 && load.coming.cpu > 0 && cpu > host.cpu)
      breach("{} is started on node {}, where {} of {} units of cpu are taken in the end", first, host.name, cpu,
             host.cpu);
    if (host.memory > 0 && load.coming.memory > 0 && memory > host.memory)
      breach("{} is started on node {}, where {} of {} bytes are taken in the end", first, host.name, memory,
             host.memory);
    auto ports = load.coming.ports;
    ports.insert(ports.end(), load.all.ports.begin(), load.all.ports.end());
    for (const auto& [number, protocol] : host.ports_taken) ports.push_back({number, protocol});
    std::sort(ports.begin(), ports.end());
    for (const auto& port : load.coming.ports) {
      const auto [begin, end] = std::equal_range(ports.begin(), ports.end(), port);
      if (end - begin > 1)
        return breach("{} is started on node {}, whose port {}/{} is taken", first, host.name, port.number,
                      port.protocol);
    }
  }

  const PlanTables& tables_;
  std::vector<std::string>& breaches_;
  std::map<Key, NodeLoad> nodes_;  // those on which something is started
  std::map<Key, const ObservedHost*> hosts_;
};

}  // namespace

void check_task_hosts(const PlanTables& tables, std::vector<std::string>& breaches) {
  RoomCheck(tables, breaches).run();
}

}  // namespace infra
