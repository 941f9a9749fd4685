// On which nodes the tasks are made that deployments may start: one pass over all services of a platform.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "planner/decide/decide_sets.h"
#include "planner/decide/known_outputs.h"

namespace infra {
namespace {

class PlacingTasks {
 public:
  explicit PlacingTasks(Draft& draft) : draft_(draft) {}

  void run() {
    std::map<std::string, std::vector<std::size_t>> by_platform;
    for (std::size_t i = 0; i < draft_.sets.size(); ++i) {
      by_platform[draft_.sets[i].assembled.deployment.platform].push_back(i);
    }
    for (const auto& [platform, sets] : by_platform) place_on(platform, sets);
  }

 private:
  [[nodiscard]] std::vector<PlaceHost> hosts_on(const std::string& platform) const {
    std::vector<PlaceHost> out;
    for (const auto& host : draft_.input.observed.hosts) {
      if (!host.platform.empty() && host.platform != platform) continue;
      PlaceHost copy{.name = host.name,
                     .labels = host.labels,
                     .cpu = host.cpu,
                     .memory = host.memory,
                     .draining = host.draining,
                     .answers = host.answers};
      for (const auto& [number, protocol] : host.ports_taken) copy.taken.push_back({number, protocol});
      out.push_back(std::move(copy));
    }
    return out;
  }

  // Recorded tasks are decoded for what they hold; those that stay as they are hold what their set asks for.
  Demand demand_of(const RecordedResource* row) {
    if (row == nullptr) return {};
    const auto inputs = decode_record(row->inputs, row->address, draft_.diagnostics);
    return task_set_of(Map(std::vector<Entry>{{"task", inputs}})).demand;
  }

  void occupy(const Draft::Set& set, std::vector<Occupant>& out) {
    const auto& deployment = set.assembled.deployment;
    const auto now = draft_.slots.tasks_of(deployment.service, deployment.platform);
    for (const auto& task : deployment.keep) {
      out.push_back({.service = deployment.service, .node = task.node, .demand = set.assembled.request.demand});
    }
    for (std::size_t i = 0; i < deployment.stop.size(); ++i) {
      const auto& task = deployment.stop[i];
      if (task.lost) continue;
      const auto row = std::find_if(now.rows.begin(), now.rows.end(), [&](const auto* r) { return r->id == task.id; });
      out.push_back({.service = deployment.service,
                     .node = task.node,
                     .demand = demand_of(row != now.rows.end() ? *row : nullptr),
                     .stop = i});
    }
  }

  // Sets that stay as they are.
  void occupy_others(const std::string& platform, std::vector<Occupant>& out) {
    for (std::size_t slot = 0; slot < draft_.slots.all.size(); ++slot) {
      const auto& from = draft_.slots.all[slot];
      const auto& entry = draft_.current[slot];
      const bool declared = from.want != nullptr && from.want->type == kTaskSet && from.want->platform == platform;
      const bool recorded = from.row != nullptr && from.row->type == kTaskSet && from.row->platform == platform;
      if ((!declared && !recorded) || entry.set) continue;
      const bool compared = declared && entry.planned && entry.change.after.map() != nullptr;
      // What this run leaves out is as it is recorded.
      const auto inputs = compared   ? entry.change.after
                          : recorded ? decode_record(from.row->inputs, from.row->address, draft_.diagnostics)
                                     : Value();
      const auto demand = task_set_of(inputs).demand;
      const auto service = from.address->owner();
      for (const auto* object : draft_.slots.tasks_of(service, platform).observed) {
        const auto* node = object->outputs["node"].string();
        if (node != nullptr) out.push_back({.service = service, .node = *node, .demand = demand});
      }
    }
  }

  void place_on(const std::string& platform, const std::vector<std::size_t>& sets) {
    std::vector<PlaceRequest> requests;
    std::vector<std::size_t> of_request;
    for (const auto index : sets) {
      const auto& assembled = draft_.sets[index].assembled;
      if (assembled.deployment.start.empty()) continue;
      requests.push_back(assembled.request);
      of_request.push_back(index);
    }
    if (!requests.empty()) {
      const auto placed = place_all(platform, sets, requests);
      for (std::size_t i = 0; i < placed.size(); ++i) take(draft_.sets[of_request[i]], placed[i]);
    }
    for (const auto index : sets) end_if_nothing_moves(draft_.sets[index]);
    for (const auto index : sets) finish(draft_.sets[index].assembled.deployment);
  }

  // Who finds no room beside all that runs is placed where tasks only go, and waits for those.
  std::vector<PlaceResult> place_all(const std::string& platform, const std::vector<std::size_t>& sets,
                                     const std::vector<PlaceRequest>& requests) {
    const auto hosts = hosts_on(platform);
    std::vector<Occupant> occupants;
    for (const auto index : sets) occupy(draft_.sets[index], occupants);
    occupy_others(platform, occupants);
    auto placed = place(hosts, occupants, requests);
    const bool all_fit = std::all_of(placed.begin(), placed.end(), [](const auto& p) { return p.missing == 0; });
    const auto leaving = take_leaving(sets, occupants);
    if (all_fit || leaving.empty()) return placed;
    auto later = place(hosts, occupants, requests);
    if (missing_of(later) >= missing_of(placed)) return placed;
    for (std::size_t i = 0; i < requests.size(); ++i) wait_for(leaving, requests[i].service, later[i]);
    return later;
  }

  static int missing_of(const std::vector<PlaceResult>& placed) {
    return std::accumulate(placed.begin(), placed.end(), 0, [](int sum, const auto& p) { return sum + p.missing; });
  }

  // By node, the sets whose tasks stop there and are not made anew. Their tasks are taken out of `occupants`.
  std::map<std::string, std::set<std::size_t>> take_leaving(const std::vector<std::size_t>& sets,
                                                            std::vector<Occupant>& occupants) {
    std::map<Address, std::size_t> leaving;
    for (const auto index : sets) {
      const auto& deployment = draft_.sets[index].assembled.deployment;
      if (deployment.start.empty()) leaving.emplace(deployment.service, index);
    }
    std::map<std::string, std::set<std::size_t>> out;
    std::erase_if(occupants, [&](const Occupant& occupant) {
      const auto at = occupant.stop ? leaving.find(occupant.service) : leaving.end();
      if (at == leaving.end()) return false;
      out[occupant.node].insert(at->second);
      return true;
    });
    return out;
  }

  void wait_for(const std::map<std::string, std::set<std::size_t>>& leaving, const Address& service,
                const PlaceResult& placed) {
    const auto slot = draft_.slots.find(service.with_part(kTaskSetPart));
    std::set<std::size_t> sets;
    for (const auto& task : placed.tasks) {
      if (const auto at = leaving.find(task.node); at != leaving.end())
        sets.insert(at->second.begin(), at->second.end());
    }
    for (const auto set : sets) draft_.contentions.push_back({*slot, holder_of(set)});
  }

  [[nodiscard]] Draft::Holder holder_of(std::size_t set) const {
    for (std::size_t i = 0; i < draft_.beside.size(); ++i) {
      if (draft_.beside[i].set == set) return {draft_.beside[i].slot, i};
    }
    return {draft_.sets[set].slot};
  }

  void take(Draft::Set& set, const PlaceResult& placed) {
    auto& deployment = set.assembled.deployment;
    for (std::size_t i = 0; i < placed.tasks.size() && i < deployment.start.size(); ++i) {
      deployment.start[i].node = placed.tasks[i].node;
      deployment.start[i].alone = !set.assembled.request.demand.ports.empty();
      for (const auto stop : placed.tasks[i].after) {
        deployment.start[i].after.push_back(deployment.stop[stop].address);
      }
    }
    const auto fitting = std::min(placed.tasks.size(), deployment.start.size());
    const auto missing = deployment.start.size() - fitting;
    deployment.start.resize(fitting);
    if (missing > 0) report_missing(set, missing, placed.why);
  }

  // The same revision, of which copies are lost, sick or to leave their node.
  [[nodiscard]] bool is_healing(const Draft::Set& set) const {
    const auto& deployment = set.assembled.deployment;
    const bool asked = set.assembled.drained > 0 || draft_.current[set.slot].change.drift;
    return asked && deployment.from == deployment.to;
  }

  // A copy on a drained node that fits nowhere else is better left there than stopped.
  void leave_on_drained(Draft::Set& set, std::size_t& missing, const std::string& why) {
    auto& deployment = set.assembled.deployment;
    std::vector<std::string> names;
    std::erase_if(deployment.stop, [&](const ExistingTask& task) {
      if (missing == 0 || !task.drained || task.revision != deployment.to) return false;
      --missing;
      names.push_back(fmt::format("{} on node {}", task.address.text(), task.node));
      deployment.keep.push_back(task);
      return true;
    });
    if (names.empty()) return;
    std::sort(deployment.keep.begin(), deployment.keep.end(),
              [](const ExistingTask& a, const ExistingTask& b) { return a.address < b.address; });
    draft_.diagnostics.warning(
        "E0717", draft_.span(set.slot),
        fmt::format("{} can't leave its drained node and stays: {}", fmt::join(names, ", "), why), {},
        "make room on another node, or infra undrain");
  }

  // All that it was about stays where it is: on a drained node, or on one that doesn't answer.
  void end_if_nothing_moves(Draft::Set& set) {
    const auto& deployment = set.assembled.deployment;
    auto& entry = draft_.current[set.slot];
    const bool drained = std::any_of(deployment.keep.begin(), deployment.keep.end(),
                                     [](const ExistingTask& task) { return task.drained; });
    const bool lost = !deployment.stop.empty() && !set.assembled.unrecorded;
    const bool all_lost =
        std::all_of(deployment.stop.begin(), deployment.stop.end(), [](const ExistingTask& task) { return task.lost; });
    if (!(drained || lost) || !all_lost || !is_healing(set) || !deployment.start.empty()) return;
    entry.change.action = Action::no_op;
    entry.change.drift = false;
    entry.change.reasons.clear();
    entry.set.reset();
  }

  // What is lost with a node is made anew as far as there is room; what is asked for must fit as a whole.
  // Where no node answers, that is the error, and said once for all services.
  void report_missing(Draft::Set& set, std::size_t missing, const std::string& why) {
    auto& deployment = set.assembled.deployment;
    const auto hosts = hosts_on(deployment.platform);
    if (std::none_of(hosts.begin(), hosts.end(), [](const auto& host) { return host.answers; })) return;
    const bool healing = is_healing(set);
    if (healing) leave_on_drained(set, missing, why);
    if (missing == 0) return;
    const auto text = fmt::format("no node has room for {} of {} task{} of {}: {}", missing, deployment.desired,
                                  deployment.desired == 1 ? "" : "s", deployment.service.text(), why);
    const auto help = "add a node, lower `desired` or what a task asks for, or allow other nodes";
    if (healing) {
      draft_.diagnostics.warning("E0717", draft_.span(set.slot), text, {}, help);
      deployment.desired -= static_cast<int>(missing);
    } else {
      draft_.diagnostics.error("E0717", draft_.span(set.slot), text, {}, help);
    }
  }

  static void finish(Deployment& deployment) {
    lower_floor(deployment);
    // A copy that stays and fails meanwhile is made anew in its place.
    const bool alone = !deployment.start.empty() && deployment.start.front().alone;
    for (const auto& task : deployment.keep) {
      deployment.start.push_back({.address = task.address, .node = task.node, .alone = alone});
    }
    place_back(deployment, alone);
  }

  // Where a host port is taken by an own copy on each node that fits, that one has to go first.
  static void lower_floor(Deployment& deployment) {
    const bool waits = std::any_of(deployment.start.begin(), deployment.start.end(),
                                   [](const PlannedTask& task) { return !task.after.empty(); });
    if (waits) deployment.policy.floor = std::min(deployment.policy.floor, std::max(0, deployment.desired - 1));
  }

  // Former copies that have no place of their own any more take those of the new ones, which go for them: at first on
  // nodes that have no other former copy.
  static void place_back(Deployment& deployment, bool alone) {
    std::set<std::string_view> used;
    for (const auto& task : deployment.back) used.insert(task.node);
    auto places = deployment.start;
    std::stable_partition(places.begin(), places.end(), [&](const auto& place) { return !used.contains(place.node); });
    std::size_t next = 0;
    std::erase_if(deployment.back, [&](PlannedTask& task) {
      task.alone = alone;
      if (!task.node.empty()) return false;
      if (next == places.size()) return true;
      const auto& place = places[next++];
      task.node = place.node;
      if (alone) task.after.push_back(place.address);
      return false;
    });
  }

  Draft& draft_;
};

}  // namespace

void place_tasks(Draft& draft) { PlacingTasks(draft).run(); }

}  // namespace infra
