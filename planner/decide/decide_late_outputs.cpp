#include "planner/decide/decide_late_outputs.h"

#include "planner/decide/attributes.h"
#include "planner/decide/known_outputs.h"
#include "planner/decide/reasons.h"
#include "planner/decide/refresh.h"
#include "providers/late_outputs.h"

namespace infra {
namespace {

bool is_empty(const Value& value) {
  const auto* list = value.list();
  const auto* text = value.string();
  return value.is_null() || (list != nullptr && list->empty()) || (text != nullptr && text->empty());
}

std::vector<std::string> late_outputs_of(const Draft& draft, const RecordedResource& row,
                                         const ObservedObject& object) {
  const auto* platform = dynamic_cast<const HasLateOutputs*>(draft.platform(row.platform));
  std::vector<std::string> out;
  if (platform == nullptr || object.outputs.map() == nullptr) return out;
  for (const auto& [name, value] : *object.outputs.map()) {
    if (!is_empty(value) && platform->is_late(row.type, name)) out.push_back(name);
  }
  return out;
}

}  // namespace

void take_late_outputs(Draft& draft, std::size_t slot) {
  const auto& from = draft.slots.all[slot];
  const auto* object = from.object(from.row->id);
  auto late = object != nullptr ? late_outputs_of(draft, *from.row, *object) : std::vector<std::string>();
  if (late.empty()) return;
  const auto key = draft.input.hash_key();
  const auto before = decode_record(from.row->outputs, *from.address, draft.diagnostics);
  std::erase_if(late, [&](const auto& name) { return same_value(before[name], object->outputs[name], key); });
  if (late.empty()) return;
  auto& entry = draft.current[slot];
  auto& change = entry.change;
  record_what_was_seen(draft, slot);
  change.drift = false;
  change.protect = from.want->options.protect;
  change.keep = from.want->options.keep;
  change.depends_on = from.want->depends_on;
  change.attributes = attribute_changes(before, refreshed_outputs(draft, slot), nullptr, key);
  for (auto& attribute : change.attributes) attribute.forces_replace = false;
  change.reasons.push_back(reasons::come_late(late));
}

}  // namespace infra
