#include "planner/decide/refresh.h"

#include "planner/decide/attributes.h"
#include "planner/decide/known_outputs.h"
#include "planner/decide/reasons.h"
#include "planner/decide/runs.h"

namespace infra {

Value refreshed_outputs(Draft& draft, std::size_t slot) {
  const auto& from = draft.slots.all[slot];
  auto recorded = decode_record(from.row->outputs, *from.address, draft.diagnostics);
  const auto* object = from.object(from.row->id);
  if (object == nullptr || object->outputs.map() == nullptr) return recorded;
  auto out = *recorded.map();
  for (const auto& [name, value] : *object->outputs.map()) {
    // Of a recorded secret only the hash is known: what was seen is another way to write the same.
    if (!same_value(out[name], value, draft.input.hash_key())) out.set(name, value);
  }
  return out;
}

void record_what_was_seen(Draft& draft, std::size_t slot) {
  auto& entry = draft.current[slot];
  const auto& row = *draft.slots.all[slot].row;
  auto& change = entry.change;
  entry.record_only = true;
  change.action = Action::update;
  change.refresh = true;
  change.drift = true;
  change.protect = row.protect;
  change.keep = row.keep;
  change.depends_on = row.depends_on;
}

void refresh_recorded(Draft& draft, std::size_t slot) {
  auto& change = draft.current[slot].change;
  const auto& from = draft.slots.all[slot];
  change.platform = from.row->platform;
  change.type = from.row->type;
  if (recorded_exit(*from.row)) return;  // it has run, wherever its containers are now
  if (from.object(from.row->id) == nullptr) {
    change.action = Action::forget;
    change.drift = true;
    change.after = Value();
    change.reasons.push_back(reasons::gone());
    return;
  }
  const auto before = decode_record(from.row->outputs, *from.address, draft.diagnostics);
  change.attributes = attribute_changes(before, refreshed_outputs(draft, slot), nullptr, draft.input.hash_key());
  if (change.attributes.empty()) return;
  for (auto& attribute : change.attributes) attribute.forces_replace = false;
  record_what_was_seen(draft, slot);
  change.reasons.push_back(reasons::refreshed());
}

}  // namespace infra
