#include "planner/decide/known_outputs.h"

#include <fmt/format.h>

#include "base/values/codec.h"
#include "planner/decide/refresh.h"

namespace infra {

Value decode_record(const std::string& json, const Address& address, Diagnostics& diagnostics) {
  if (json.empty()) return Map{};
  auto value = from_json(json);
  if (value && value->map() != nullptr) return *std::move(value);
  diagnostics.error("E0502", {}, fmt::format("the record of {} can't be read", address.text()), {},
                    "restore the state from a backup");
  return Map{};
}

const Value* KnownOutputs::find(const Address& part) {
  const auto slot = draft_.slots.find(part);
  return slot ? find(*slot) : nullptr;
}

const Value* KnownOutputs::find(std::size_t slot) {
  auto& cached = cache_[slot];
  if (cached) return &*cached;
  const auto& entry = draft_.current[slot];
  const auto& from = draft_.slots.all[slot];
  if (!entry.planned) return nullptr;
  switch (entry.change.action) {
    case Action::no_op:
      cached = of_recorded(slot);
      break;
    case Action::update:
      cached = entry.change.refresh ? refreshed_outputs(draft_, slot)
               : entry.record_only  ? of_recorded(slot)
                                    : lasting(slot, of_recorded(slot));
      break;
    case Action::adopt:
      cached = from.object(entry.change.id)->outputs;
      break;
    case Action::create:
    case Action::replace:
    case Action::destroy:
    case Action::forget:
      return nullptr;
  }
  return &*cached;
}

// What the record says; for an attribute that it lacks (a newer provider gives more), what was seen.
Value KnownOutputs::of_recorded(std::size_t slot) {
  const auto& from = draft_.slots.all[slot];
  if (from.row == nullptr) return Map{};
  const auto* object = from.object(from.row->id);
  const auto* seen = object != nullptr ? object->outputs.map() : nullptr;
  // Mostly both are the same, and writing down what was seen is much faster than reading what is recorded.
  if (seen != nullptr && to_json(object->outputs, key_) == from.row->outputs) return object->outputs;
  auto recorded = decode_record(from.row->outputs, *from.address, draft_.diagnostics);
  if (seen == nullptr) return recorded;
  std::vector<Entry> all(seen->begin(), seen->end());
  all.insert(all.end(), recorded.map()->begin(), recorded.map()->end());
  return Map(std::move(all));
}

// The outputs that an update in place leaves alone.
Value KnownOutputs::lasting(std::size_t slot, const Value& outputs) const {
  const auto& change = draft_.current[slot].change;
  const auto* schema = draft_.schema(change.platform, change.type);
  std::vector<Entry> kept;
  for (const auto& [name, value] : *outputs.map()) {
    const auto* attribute = schema != nullptr ? schema->attribute(name) : nullptr;
    if (attribute != nullptr && attribute->change == OnChange::replace) kept.emplace_back(name, value);
  }
  return Map(std::move(kept));
}

}  // namespace infra
