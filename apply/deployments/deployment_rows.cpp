#include "apply/deployments/deployment_rows.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "apply/execute/journal.h"
#include "base/hash.h"
#include "base/values/codec.h"
#include "planner/decide/orphan.h"
#include "planner/rollout/echo.h"
#include "planner/rollout/task_set.h"

namespace infra {

Value DeploymentRows::urls() const {
  std::vector<std::pair<Address, Value>> outputs;
  for (const auto& [key, live] : tasks.all()) {
    const auto* known = ledger.outputs(key.first);
    if (known != nullptr) outputs.emplace_back(key.first, *known);
  }
  std::sort(outputs.begin(), outputs.end(),
            [](const auto& a, const auto& b) { return earlier_task(a.first, b.first); });
  std::vector<const Value*> sorted;
  sorted.reserve(outputs.size());
  for (const auto& [task, value] : outputs) sorted.push_back(&value);
  return joined_urls(sorted);
}

std::vector<Mutation> DeploymentRows::moved() const {
  const auto* row = ledger.current(change.address);
  if (row == nullptr) return {};
  auto outputs = from_json(row->outputs);
  if (!outputs || outputs->map() == nullptr) return {};
  auto fresh = *outputs->map();
  fresh.set("urls", urls());
  auto out = *row;
  out.outputs = to_json(Value(std::move(fresh)), ledger.hash_key());
  return {PutResource{std::move(out)}};
}

RecordedResource DeploymentRows::set(bool done) const {
  const auto& key = ledger.hash_key();
  const Map own({{"address", want["address"]},
                 {"urls", urls()},
                 {"revision", done ? deployment.to : std::string()},
                 {"copies", static_cast<std::int64_t>(done ? tasks.size() : 0)}});
  return {.address = change.address,
          .type = std::string(kTaskSet),
          .platform = deployment.platform,
          .id = change.address.text(),
          .protect = change.protect,
          .keep = change.keep,
          .spec_hash = spec_hash(want, key),
          .inputs = to_json(want, key),
          .outputs = to_json(Value(own), key),
          .depends_on = change.depends_on};
}

std::vector<Mutation> DeploymentRows::uses_of_both() const {
  const auto* row = ledger.current(change.address);
  if (row == nullptr) return {};
  auto out = *row;
  out.depends_on.clear();
  std::set_union(row->depends_on.begin(), row->depends_on.end(), change.depends_on.begin(), change.depends_on.end(),
                 std::back_inserter(out.depends_on));
  if (out.depends_on == row->depends_on) return {};
  return {PutResource{std::move(out)}};
}

std::vector<Mutation> DeploymentRows::gone(const Deployment& planned) const {
  std::set<std::string_view> known;
  for (const auto& task : planned.keep) known.insert(task.id);
  for (const auto& task : planned.stop) known.insert(task.id);
  std::vector<Mutation> out;
  for (const auto& row : ledger.rows_of(deployment.service)) {
    const bool gone =
        row.type == kTask && row.platform == deployment.platform && !row.deposed && !known.contains(row.id);
    if (gone) out.emplace_back(DropResource{row.address, row.id});
  }
  return out;
}

std::vector<Mutation> DeploymentRows::adopted(const Observation& observed, const Intent& blank) const {
  std::vector<Mutation> out;
  for (const auto& task : deployment.keep) {
    const auto* row = ledger.object(task.address, task.id);
    if (row != nullptr && !is_orphan(*row)) continue;
    const auto seen = std::find_if(observed.objects.begin(), observed.objects.end(),
                                   [&](const auto& o) { return o.address == task.address && o.id == task.id; });
    if (seen == observed.objects.end()) continue;
    auto intent = blank;
    intent.address = task.address;
    const auto inputs = task_inputs_on(want, task.node);
    intent.spec_hash = spec_hash(inputs, ledger.hash_key());
    intent.inputs = to_json(inputs, ledger.hash_key());
    auto records = record_success(intent, {.id = task.id, .outputs = seen->outputs}, ledger);
    out.emplace_back(DropResource{task.address, task.id});      // it may have been orphaned
    out.insert(out.end(), records.begin() + 1, records.end());  // there was no intent to drop
  }
  return out;
}

}  // namespace infra
