#include <algorithm>
#include <map>

#include "base/values/codec.h"
#include "planner/draft.h"
#include "providers/bills_parts.h"

namespace infra {
namespace {

bool comes(Action action) { return action == Action::create || action == Action::replace || action == Action::update; }
bool goes(Action action) { return action == Action::destroy || action == Action::replace || action == Action::update; }

const RecordedResource* row_of(const Draft& draft, const Change& change) {
  const auto at = draft.slots.find(change.address);
  if (!at) return nullptr;
  const auto& slot = draft.slots.all[*at];
  if (slot.row != nullptr && slot.row->id == change.id) return slot.row;
  const auto old = std::find_if(slot.deposed.begin(), slot.deposed.end(),
                                [&](const RecordedResource* row) { return row->id == change.id; });
  return old != slot.deposed.end() ? *old : nullptr;
}

// Null where nothing is recorded, or nothing that can be read: what has inputs that matter isn't counted then, and that
// is no reason to keep it.
Value inputs_before(const Draft& draft, const Change& change) {
  const auto* row = row_of(draft, change);
  if (row == nullptr) return {};
  auto inputs = from_json(row->inputs);
  return inputs ? *std::move(inputs) : Value();
}

class Count {
 public:
  Count(const Platform& platform, const std::string& type) : platform_(platform), type_(type) {}

  // Every object of the type counts, and what else is billed of those with these inputs.
  [[nodiscard]] std::map<std::string, std::size_t> of(const Value& inputs) const {
    std::map<std::string, std::size_t> out;
    if (const auto name = platform_.billed(type_); !name.empty()) out[name] = 1;
    if (const auto* parts = dynamic_cast<const BillsParts*>(&platform_)) {
      for (const auto& [name, count] : parts->billed_parts(type_, inputs)) out[name] += count;
    }
    return out;
  }

 private:
  const Platform& platform_;
  const std::string& type_;
};

}  // namespace

void write_billed(const Draft& draft, Plan& plan) {
  std::map<std::string, Billed> by_name;
  for (const auto& change : plan.changes) {
    const auto* platform = draft.platform(change.platform);
    if (platform == nullptr) continue;
    const Count count(*platform, change.type);
    if (comes(change.action)) {
      for (const auto& [name, number] : count.of(change.after)) by_name[name].comes += number;
    }
    if (goes(change.action)) {
      for (const auto& [name, number] : count.of(inputs_before(draft, change))) by_name[name].goes += number;
    }
  }
  for (auto& [name, billed] : by_name) {
    billed.name = name;
    plan.billed.push_back(std::move(billed));
  }
}

}  // namespace infra
