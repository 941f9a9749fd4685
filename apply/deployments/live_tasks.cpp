#include "apply/deployments/live_tasks.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/values/codec.h"
#include "planner/rollout/task_set.h"

namespace infra {
namespace {

// Ports and addresses are there once it runs.
void renew_outputs(const ObservedObject& object, const RecordedResource* row, const Ledger& ledger,
                   std::vector<Mutation>& out) {
  if (row == nullptr) return;
  auto fresh = *row;
  fresh.outputs = to_json(object.outputs, ledger.hash_key());
  if (fresh.outputs != row->outputs) out.emplace_back(PutResource{std::move(fresh)});
}

}  // namespace

void LiveTasks::know(const Deployment& deployment, const Observation& observed) {
  std::map<std::pair<Address, std::string>, const ObservedObject*> by_id;
  for (const auto& object : observed.objects) {
    if (object.type == kTask) by_id[{object.address, object.id}] = &object;
  }
  const auto add = [&](const ExistingTask& task) {
    const auto found = by_id.find({task.address, task.id});
    if (task.lost || found == by_id.end()) return;
    const auto& health = found->second->health;
    at(task.address, task.id) = {.seen = {.address = task.address,
                                          .id = task.id,
                                          .revision = task.revision,
                                          .node = task.node,
                                          .health = health},
                                 .counted = ends_well(health)};
  };
  for (const auto& task : deployment.keep) add(task);
  for (const auto& task : deployment.stop) add(task);
}

const LiveTask* LiveTasks::find(const Address& address, const std::string& id) const {
  const auto found = all_.find({address, id});
  return found == all_.end() ? nullptr : &found->second;
}

LiveTask& LiveTasks::made(const Address& address, const std::string& id) {
  auto node = all_.extract({address, {}});
  if (node.empty()) return at(address, id);
  node.key().second = id;
  node.mapped().seen.id = id;
  return all_.insert(std::move(node)).position->second;
}

LiveTasks::LookResult LiveTasks::take_look(const Observation& seen, const std::string& place, std::size_t look,
                                           Moment now, const Ledger& ledger) {
  std::map<std::string_view, const ObservedObject*> by_id;
  for (const auto& object : seen.objects) by_id.emplace(object.id, &object);
  std::set<std::string_view> unreachable;
  for (const auto& one : seen.unreachable) unreachable.insert(one.node);
  LookResult out;
  for (auto next = all_.begin(); next != all_.end();) {
    const auto current = next++;
    auto& task = current->second;
    if (!place.empty() && task.seen.node != place) continue;
    if (task.busy || task.known_since >= look || unreachable.contains(task.seen.node)) continue;
    const auto& [address, id] = current->first;
    const auto found = by_id.find(id);
    const auto* row = ledger.object(address, id);
    if (found == by_id.end()) {
      if (row != nullptr) out.records.emplace_back(DropResource{address, id});
      all_.erase(current);
      continue;
    }
    const auto& health = found->second->health;
    const auto since = task.seen.health.now == health.now ? task.seen.health.since : now;
    task.seen.health = health;
    task.seen.health.since = since;
    if (!ends_well(health) || task.counted) continue;
    task.counted = true;
    ++out.healthy;
    renew_outputs(*found->second, row, ledger, out.records);
  }
  return out;
}

std::vector<SeenTask> LiveTasks::seen() const {
  std::vector<SeenTask> out;
  out.reserve(all_.size());
  for (const auto& [key, task] : all_) out.push_back(task.seen);
  return out;
}

bool LiveTasks::busy() const {
  return std::any_of(all_.begin(), all_.end(), [](const auto& task) { return task.second.busy; });
}

}  // namespace infra
