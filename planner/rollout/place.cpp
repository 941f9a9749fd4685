#include "planner/rollout/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <queue>
#include <tuple>

#include "facts/host_labels.h"
#include "planner/rollout/room.h"

namespace infra {
namespace {

// What a node is worth to a copy: the least is taken. The last is the node, so that no two are equal.
using Worth = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::size_t>;

// Nodes that a service may use at all, by its labels and names; the groups that copies are spread over.
class Choices {
 public:
  explicit Choices(const Room& room) : room_(room) {}

  const std::vector<std::size_t>& nodes(const Placement& rules) {
    const auto [at, fresh] = nodes_.try_emplace({rules.where, rules.nodes, rules.volumes});
    if (!fresh) return at->second;
    for (std::size_t i = 0; i < room_.size(); ++i)
      if (refusal(*room_[i].host, rules).empty()) at->second.push_back(i);
    return at->second;
  }
  // The group of each node; with `spread` empty all are in one.
  const std::vector<std::size_t>& groups(const std::string& spread) {
    const auto [at, fresh] = groups_.try_emplace(spread);
    if (!fresh) return at->second;
    std::map<std::string, std::size_t> values;
    for (std::size_t i = 0; i < room_.size(); ++i) {
      const auto& labels = room_[i].host->labels;
      const auto label = labels.find(spread);
      const std::string value = label == labels.end() ? "" : label->second;
      at->second.push_back(spread == "node" ? i : values.try_emplace(value, values.size()).first->second);
    }
    return at->second;
  }
  // "is draining", "has no label disk = ssd"; empty: it may be used.
  static std::string refusal(const PlaceHost& host, const Placement& rules) {
    if (auto wrong = foreign(host, rules); !wrong.empty()) return wrong;
    if (!host.answers) return "doesn't answer";
    for (const auto& volume : rules.volumes)
      if (!has_volume(host, volume)) return fmt::format("doesn't have the volume {}", volume);
    return host.draining ? "is draining" : "";
  }
  static bool has_volume(const PlaceHost& host, const std::string& volume) {
    return host.labels.contains(std::string(facts::kVolumeLabel) + volume);
  }
  // What no time changes.
  static std::string foreign(const PlaceHost& host, const Placement& rules) {
    if (!rules.nodes.empty() && std::find(rules.nodes.begin(), rules.nodes.end(), host.name) == rules.nodes.end())
      return "isn't one of its nodes";
    for (const auto& [label, value] : rules.where) {
      const auto at = host.labels.find(label);
      if (at == host.labels.end()) return fmt::format("has no label {}", label);
      if (at->second != value) return fmt::format("has {} = {}, {} is asked for", label, at->second, value);
    }
    return "";
  }

 private:
  const Room& room_;
  using Rules = std::tuple<std::map<std::string, std::string>, std::vector<std::string>, std::vector<std::string>>;
  std::map<Rules, std::vector<std::size_t>> nodes_;
  std::map<std::string, std::vector<std::size_t>> groups_;
};

// A service's copies that go, by node.
using Going = std::map<std::size_t, std::vector<const Occupant*>>;

class Service {
 public:
  Service(Room& room, Choices& choices, const PlaceRequest& request, std::vector<int>& own)
      : room_(room),
        request_(request),
        nodes_(choices.nodes(request.rules)),
        group_(choices.groups(request.rules.spread)),
        own_(own) {
    for (const auto& name : request.present) {
      const int node = room.find(name);
      if (node < 0) continue;
      ++own_[static_cast<std::size_t>(node)];
      ++in_group_[group_[static_cast<std::size_t>(node)]];
      touched_.push_back(static_cast<std::size_t>(node));
    }
  }
  ~Service() {
    for (const auto node : touched_) own_[node] = 0;
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  PlaceResult place(const Going& going) {
    request_.daemon ? place_daemon(going) : place_copies(going);
    if (result_.missing > 0) result_.why = why();
    return std::move(result_);
  }

 private:
  void place_daemon(const Going& going) {
    for (const auto node : nodes_) {
      if (own_[node] > 0) continue;
      if (room_.fits(node, request_.demand)) {
        put(node);
      } else if (const auto at = going.find(node); at == going.end() || !put_after(node, at->second)) {
        ++result_.missing;
      }
    }
  }

  void place_copies(const Going& going) {
    result_.missing = request_.count;
    if (request_.count == 1) {
      place_one();
    } else if (request_.count > 1) {
      place_many();
    }
    if (result_.missing > 0) wait_for(going);
  }

  [[nodiscard]] bool suits(std::size_t node) const {
    return !(request_.rules.distinct && own_[node] > 0) && room_.fits(node, request_.demand);
  }
  [[nodiscard]] int in_group(std::size_t group) const {
    const auto at = in_group_.find(group);
    return at == in_group_.end() ? 0 : at->second;
  }

  [[nodiscard]] Worth worth(std::size_t node) const {
    const auto& n = room_[node];
    switch (request_.rules.within) {
      case Placement::even:
        return {own_[node], room_.load(node), n.tasks, node};
      case Placement::binpack_cpu:
        return {n.cpu, n.memory, -n.tasks, node};
      case Placement::binpack_memory:
        return {n.memory, n.cpu, -n.tasks, node};
    }
    return {};
  }

  void place_one() {
    std::pair<int, Worth> best;
    bool found = false;
    for (const auto node : nodes_) {
      if (!suits(node)) continue;
      const std::pair<int, Worth> one{in_group(group_[node]), worth(node)};
      if (!found || one < best) best = one;
      found = true;
    }
    if (!found) return;
    put(std::get<3>(best.second));
    --result_.missing;
  }

  // A heap of groups, by their copies, each with a heap of its nodes: only what was chosen changes its worth.
  void place_many() {
    using Heap = std::priority_queue<Worth, std::vector<Worth>, std::greater<>>;
    std::unordered_map<std::size_t, Heap> heaps;
    for (const auto node : nodes_)
      if (suits(node)) heaps[group_[node]].push(worth(node));
    using Entry = std::tuple<int, Worth, std::size_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> groups;
    for (const auto& [group, heap] : heaps) groups.push({in_group(group), heap.top(), group});
    while (result_.missing > 0 && !groups.empty()) {
      const auto group = std::get<2>(groups.top());
      groups.pop();
      auto& heap = heaps[group];
      const auto node = std::get<3>(heap.top());
      heap.pop();
      put(node);
      --result_.missing;
      if (suits(node)) heap.push(worth(node));
      if (!heap.empty()) groups.push({in_group(group), heap.top(), group});
    }
  }

  // Nodes are taken in turns, so that copies don't crowd where the first one has gone.
  void wait_for(const Going& going) {
    std::vector<std::pair<Worth, const std::vector<const Occupant*>*>> turns;
    for (const auto node : nodes_)
      if (const auto at = going.find(node); at != going.end()) turns.push_back({worth(node), &at->second});
    std::sort(turns.begin(), turns.end());
    for (bool placed = true; placed && result_.missing > 0;) {
      placed = false;
      for (const auto& [worth_of_node, those] : turns) {
        const auto node = std::get<3>(worth_of_node);
        if (result_.missing == 0 || (request_.rules.distinct && own_[node] > 0) || !put_after(node, *those)) continue;
        --result_.missing;
        placed = true;
      }
    }
  }

  // As few as possible have to go.
  bool put_after(std::size_t node, const std::vector<const Occupant*>& going) {
    auto& waited = waited_[node];
    auto freed = waited.freed;
    auto count = waited.count;
    while (!room_.fits(node, request_.demand, freed)) {
      if (count == going.size()) return false;
      const auto& demand = going[count++]->demand;
      freed.cpu += demand.cpu;
      freed.memory += demand.memory;
      freed.ports.insert(freed.ports.end(), demand.ports.begin(), demand.ports.end());
    }
    room_.take(node, request_.demand, freed);
    waited = {std::move(freed), count};
    note(node);
    for (std::size_t i = 0; i < count; ++i) result_.tasks.back().after.push_back(*going[i]->stop);
    return true;
  }

  void put(std::size_t node) {
    room_.take(node, request_.demand);
    note(node);
  }
  void note(std::size_t node) {
    ++own_[node];
    ++in_group_[group_[node]];
    touched_.push_back(node);
    result_.tasks.push_back({.node = room_[node].host->name});
  }

  // The first nodes with what each of them lacks.
  [[nodiscard]] std::string why() const {
    if (room_.size() == 0) return "there are no nodes";
    constexpr std::size_t kMost = 3;
    std::string out;
    for (std::size_t i = 0; i < std::min(kMost, room_.size()); ++i) {
      const auto& host = *room_[i].host;
      const auto refusal = Choices::refusal(host, request_.rules);
      const auto shortage = refusal.empty() ? room_.shortage(i, request_.demand) : "";
      if (!out.empty()) out += "; ";
      if (!refusal.empty()) {
        out += fmt::format("node {} {}", host.name, refusal);
      } else if (!shortage.empty()) {
        out += fmt::format("node {}: {}", host.name, shortage);
      } else {
        out += fmt::format("node {} runs a copy already", host.name);
      }
    }
    if (room_.size() > kMost) out += fmt::format("; and {} more nodes", room_.size() - kMost);
    return out;
  }

  struct Waited {
    Freed freed;            // of those that go first, and not yet taken
    std::size_t count = 0;  // so many of them
  };

  Room& room_;
  const PlaceRequest& request_;
  const std::vector<std::size_t>& nodes_;
  const std::vector<std::size_t>& group_;
  std::vector<int>& own_;  // copies of this service by node; all 0 again in the end
  std::vector<std::size_t> touched_;
  std::unordered_map<std::size_t, int> in_group_;
  std::unordered_map<std::size_t, Waited> waited_;
  PlaceResult result_;
};

// Leaves only those volumes that decide something: what lies nowhere may be made anywhere.
void keep_deciding_volumes(const std::vector<PlaceHost>& hosts, Placement& rules) {
  const bool silent = std::any_of(hosts.begin(), hosts.end(), [&](const PlaceHost& host) {
    return !host.answers && Choices::foreign(host, rules).empty();
  });
  std::erase_if(rules.volumes, [&](const std::string& volume) {
    return !silent && std::none_of(hosts.begin(), hosts.end(),
                                   [&](const PlaceHost& host) { return Choices::has_volume(host, volume); });
  });
}

std::vector<PlaceRequest> decided(const std::vector<PlaceHost>& hosts, std::vector<PlaceRequest> requests) {
  for (auto& request : requests) {
    if (!request.rules.volumes.empty()) keep_deciding_volumes(hosts, request.rules);
  }
  return requests;
}

// Who has least choice is served first, then who needs most: daemons, host ports, few nodes, large demands.
std::vector<std::size_t> order_of(const std::vector<PlaceRequest>& requests, Choices& choices) {
  using Rank = std::tuple<bool, bool, std::size_t, std::int64_t, std::size_t>;
  std::vector<Rank> ranks;
  ranks.reserve(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto& r = requests[i];
    // A cpu and 2GiB are taken as equally much, as machines have them.
    const auto size = std::max(r.demand.cpu << 21, r.demand.memory);
    ranks.emplace_back(!r.daemon, r.demand.ports.empty(), choices.nodes(r.rules).size(), -size, i);
  }
  std::sort(ranks.begin(), ranks.end());
  std::vector<std::size_t> out;
  out.reserve(ranks.size());
  for (const auto& rank : ranks) out.push_back(std::get<4>(rank));
  return out;
}

}  // namespace

std::vector<PlaceResult> place(const std::vector<PlaceHost>& hosts, const std::vector<Occupant>& occupants,
                               const std::vector<PlaceRequest>& wanted) {
  const auto requests = decided(hosts, wanted);
  Room room(hosts, occupants);
  std::unordered_map<Address, Going, AddressHash> going;
  for (const auto& occupant : occupants) {
    const int node = occupant.stop ? room.find(occupant.node) : -1;
    if (node >= 0) going[occupant.service][static_cast<std::size_t>(node)].push_back(&occupant);
  }
  const Going none;
  Choices choices(room);
  std::vector<int> own(room.size());
  std::vector<PlaceResult> out(requests.size());
  for (const auto i : order_of(requests, choices)) {
    const auto at = going.find(requests[i].service);
    Service service(room, choices, requests[i], own);
    out[i] = service.place(at == going.end() ? none : at->second);
  }
  return out;
}

}  // namespace infra
