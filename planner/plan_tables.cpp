#include "planner/plan_tables.h"

#include <algorithm>

namespace infra {
namespace {

template <class Rows, class Matches>
const RecordedResource* first_row(const Rows& rows, const Address& address, Matches matches) {
  const auto at = rows.find(&address);
  if (at == rows.end()) return nullptr;
  const auto row = std::find_if(at->second.begin(), at->second.end(), matches);
  return row != at->second.end() ? *row : nullptr;
}

}  // namespace

PlanTables::PlanTables(const Plan& of, const PlanInput& from) : plan(of), input(from), steps_of(of.changes.size()) {
  wanted_.reserve(input.desired.resources.size());
  rows_.reserve(input.state.resources.size());
  current_.reserve(plan.changes.size());
  for (const auto& resource : input.desired.resources) wanted_.emplace(&resource.address, &resource);
  for (const auto& row : input.state.resources) rows_[&row.address].push_back(&row);
  for (const auto& silence : input.observed.silences) hidden_.insert(silence.hidden.begin(), silence.hidden.end());
  const bool ordered = !plan.steps.empty();  // only then does anybody ask for dependencies
  for (std::size_t i = 0; i < plan.changes.size(); ++i) {
    const auto& change = plan.changes[i];
    if (!change.deposed) current_.emplace(&change.address, i);
    if (ordered) parts_[&change.address].push_back(i);
  }
  for (const auto& owner : plan.owners) {
    if (ordered) parts_[&owner.address] = owner.changes;
  }
}

const LoweredResource* PlanTables::wanted(const Address& address) const {
  const auto at = wanted_.find(&address);
  return at != wanted_.end() ? at->second : nullptr;
}

bool PlanTables::is_protected(const Address& address) const {
  if (const auto* resource = wanted(address)) return resource->options.protect;
  const auto* row = current_row(address);
  return row != nullptr && row->protect;
}

const RecordedResource* PlanTables::current_row(const Address& address) const {
  return first_row(rows_, address, [](const auto* row) { return !row->deposed; });
}

const RecordedResource* PlanTables::row_of(const Change& change) const {
  return first_row(rows_, change.address, [&](const auto* row) { return row->id == change.id; });
}

std::size_t PlanTables::current_change(const Address& address) const {
  const auto at = current_.find(&address);
  return at != current_.end() ? at->second : kNone;
}

const std::vector<std::size_t>& PlanTables::changes_at(const Address& dependency) const {
  const auto at = parts_.find(&dependency);
  return at != parts_.end() ? at->second : nobody_;
}

}  // namespace infra
