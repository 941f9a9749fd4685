#include "apply/execute/journal.h"

#include <algorithm>
#include <set>

#include "base/values/codec.h"

namespace infra {
namespace {

RecordedResource row_of(const Intent& intent, const ObjectResult& result, const Ledger& ledger) {
  return {.address = intent.address,
          .type = intent.type,
          .platform = intent.platform,
          .id = result.id.empty() ? intent.id : result.id,
          .deposed = false,
          .protect = intent.protect,
          .keep = intent.keep,
          .spec_hash = intent.spec_hash,
          .inputs = intent.inputs,
          .outputs = to_json(result.outputs, ledger.hash_key()),
          .depends_on = intent.depends_on};
}

// Platforms that were declared and are used, with the config that reaches them now.
void add_platforms(const LoweredGraph& desired, const Ledger& ledger, std::vector<Mutation>& out) {
  std::set<std::string_view> used;
  for (const auto& resource : desired.resources) used.insert(resource.platform);
  for (const auto& platform : desired.platforms) {
    if (!used.contains(platform.name)) continue;
    const RecordedPlatform row{platform.name, platform.kind, to_json(platform.config, ledger.hash_key())};
    const auto& known = ledger.platforms();
    if (std::find(known.begin(), known.end(), row) == known.end()) out.push_back(PutPlatform{row});
  }
}

std::vector<RecordedOutput> outputs_now(const Plan& plan, const LoweredGraph& desired, Ledger& ledger) {
  std::vector<RecordedOutput> out;
  if (plan.destroy && !ledger.has_resources()) return out;
  const auto& before = ledger.recorded_outputs();
  for (const auto& output : desired.outputs) {
    const auto value = resolve(output.value, [&](const Address& a) { return ledger.outputs(a); });
    if (value.known()) {
      out.push_back({output.name, to_json(value, ledger.hash_key()), output.secret});
      continue;
    }
    // What it is made of failed or was not a target: the last known value stays.
    const auto old = std::find_if(before.begin(), before.end(), [&](const auto& o) { return o.name == output.name; });
    if (old != before.end() && !plan.destroy) out.push_back(*old);
  }
  return out;
}

}  // namespace

std::vector<Mutation> record_success(const Intent& intent, const ObjectResult& result, const Ledger& ledger) {
  std::vector<Mutation> out{DropIntent{intent.token}};
  if (intent.operation == Operation::destroy) {
    if (ledger.object(intent.address, intent.id) != nullptr) out.push_back(DropResource{intent.address, intent.id});
    return out;
  }
  if (intent.deposes && ledger.current(intent.address) != nullptr) out.push_back(DeposeResource{intent.address});
  out.push_back(PutResource{row_of(intent, result, ledger)});
  return out;
}

std::vector<Mutation> record_failure(const Intent& intent, const Ledger& ledger) {
  std::vector<Mutation> out{DropIntent{intent.token}};
  if (intent.operation != Operation::update) return out;
  const auto* row = ledger.object(intent.address, intent.id);
  if (row != nullptr && !row->deposed) {
    auto stale = *row;
    stale.spec_hash.clear();
    out.push_back(PutResource{std::move(stale)});
  }
  return out;
}

std::vector<Mutation> records_of(const MoveReport& report) {
  std::vector<Mutation> out;
  for (const auto& moved : report.moved) out.push_back(DropResource{moved.from, moved.id});
  for (const auto& row : report.rewritten) {
    // A row that isn't deposed replaces the one before; a deposed one stands beside others.
    if (row.deposed) out.push_back(DropResource{row.address, row.id});
    out.push_back(PutResource{row});
  }
  for (const auto& [before, deployment] : report.deployments) out.emplace_back(DropDeployment{before});
  for (const auto& [before, deployment] : report.deployments) out.emplace_back(PutDeployment{deployment});
  return out;
}

std::vector<Mutation> opening_records(const Plan& plan, const LoweredGraph& desired, const Ledger& ledger) {
  std::vector<Mutation> out;
  if (ledger.stack() != plan.stack) out.push_back(SetStack{plan.stack});
  if (plan.destroy) return out;
  add_platforms(desired, ledger, out);
  return out;
}

std::vector<Mutation> closing_records(const Plan& plan, const LoweredGraph& desired, Ledger& ledger) {
  std::vector<Mutation> out;
  auto outputs = outputs_now(plan, desired, ledger);
  if (outputs != ledger.recorded_outputs()) out.push_back(PutOutputs{std::move(outputs)});
  for (const auto& platform : ledger.platforms()) {
    if (!ledger.uses(platform.name)) out.push_back(DropPlatform{platform.name});
  }
  return out;
}

}  // namespace infra
