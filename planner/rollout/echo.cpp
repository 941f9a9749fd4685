#include "planner/rollout/echo.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "planner/decide/delete_hooks.h"
#include "planner/rollout/task_set.h"

namespace infra {
namespace {

bool earlier(const ObservedObject& a, const ObservedObject& b) {
  return std::tie(a.address, a.id, a.platform) < std::tie(b.address, b.id, b.platform);
}

// Only what may have changed without a deployment; the rest is as recorded.
Value outputs_of(const RecordedResource& set, const std::vector<ObservedObject>& sorted) {
  const auto owner = set.address.owner();
  auto at = std::lower_bound(sorted.begin(), sorted.end(), owner,
                             [](const ObservedObject& o, const Address& a) { return o.address < a; });
  std::vector<std::pair<Address, const Value*>> tasks;
  for (; at != sorted.end() && at->address.owner() == owner; ++at) {
    if (at->type == kTask) tasks.emplace_back(at->address, &at->outputs);
  }
  if (tasks.empty()) return Map();
  std::sort(tasks.begin(), tasks.end(), [](const auto& a, const auto& b) { return earlier_task(a.first, b.first); });
  std::vector<const Value*> outputs;
  outputs.reserve(tasks.size());
  for (const auto& [address, value] : tasks) outputs.push_back(value);
  return Map(std::vector<Entry>{{"urls", joined_urls(outputs)}});
}

ObservedObject hook_echo(const RecordedResource& row) {
  return {.address = row.address,
          .type = row.type,
          .id = row.id,
          .spec_hash = row.spec_hash,
          .outputs = Map(),
          .platform = row.platform};
}

}  // namespace

bool earlier_task(const Address& a, const Address& b) {
  return std::tuple(a.part.size(), std::string_view(a.part)) < std::tuple(b.part.size(), std::string_view(b.part));
}

Value joined_urls(const std::vector<const Value*>& outputs) {
  List out;
  for (const auto* task : outputs) {
    const auto* urls = (*task)["urls"].list();
    if (urls != nullptr) out.insert(out.end(), urls->begin(), urls->end());
  }
  return out;
}

ObservedObject task_set_echo(const RecordedResource& row, const std::vector<ObservedObject>& sorted) {
  return {.address = row.address,
          .type = row.type,
          .id = row.id,
          .spec_hash = row.spec_hash,
          .outputs = outputs_of(row, sorted),
          .platform = row.platform};
}

void add_record_echoes(const Snapshot& state, Observation& observed) {
  std::vector<ObservedObject> echoes;
  for (const auto& row : state.resources) {
    if (row.deposed) continue;
    if (row.type == kTaskSet) echoes.push_back(task_set_echo(row, observed.objects));
    if (row.type == kDeleteHook) echoes.push_back(hook_echo(row));
  }
  if (echoes.empty()) return;
  // Both are sorted nearly always: an object is large, and rather moved once than sorted.
  auto& objects = observed.objects;
  for (auto* part : {&objects, &echoes}) {
    if (!std::is_sorted(part->begin(), part->end(), earlier)) std::sort(part->begin(), part->end(), earlier);
  }
  std::vector<ObservedObject> all;
  all.reserve(objects.size() + echoes.size());
  std::merge(std::make_move_iterator(objects.begin()), std::make_move_iterator(objects.end()),
             std::make_move_iterator(echoes.begin()), std::make_move_iterator(echoes.end()), std::back_inserter(all),
             earlier);
  objects = std::move(all);
}

}  // namespace infra
