// The stack's outputs: what they will be beside what was recorded.
#include <algorithm>
#include <map>

#include "base/values/codec.h"
#include "planner/decide/attributes.h"
#include "planner/decide/known_outputs.h"
#include "planner/draft.h"

namespace infra {
namespace {

class Outputs {
 public:
  explicit Outputs(Draft& draft) : draft_(draft), known_(draft) {
    for (const auto& output : draft.input.state.outputs) recorded_[output.name] = &output;
  }

  std::vector<OutputChange> compare() {
    // A destroy of some leaves the others' outputs as they are until the next apply.
    if (draft_.input.destroy && draft_.input.limited()) return {};
    if (!draft_.input.destroy) {
      for (const auto& output : draft_.input.desired.outputs) compare_one(output);
    }
    for (const auto& [name, recorded] : recorded_) {
      changes_.push_back({name, decoded(*recorded), Null{}, recorded->secret});
    }
    std::sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return std::move(changes_);
  }

 private:
  void compare_one(const OutputDecl& output) {
    const auto at = recorded_.find(output.name);
    const auto* recorded = at != recorded_.end() ? at->second : nullptr;
    if (recorded != nullptr) recorded_.erase(at);
    auto after = resolve(output.value, [this](const Address& part) { return known_.find(part); });
    if (!after.known() && !will_be_known(after)) return;
    if (output.secret) after = Value::secret(std::move(after));
    const auto before = recorded != nullptr ? decoded(*recorded) : Value();
    const bool same =
        recorded != nullptr && recorded->secret == output.secret && same_value(before, after, draft_.input.hash_key());
    if (!same) changes_.push_back({output.name, before, std::move(after), output.secret});
  }

  // A targeted run may leave something unmade that an output speaks of.
  [[nodiscard]] bool will_be_known(const Value& value) const {
    std::vector<Ref> refs;
    collect_refs(value, refs);
    return std::any_of(refs.begin(), refs.end(), [&](const Ref& ref) {
      const auto slot = draft_.slots.find(ref.address);
      return slot && draft_.changes(*slot);
    });
  }

  Value decoded(const RecordedOutput& output) {
    auto value = from_json(output.value);
    if (!value) {
      draft_.diagnostics.error("E0502", {}, "the record of output `" + output.name + "` can't be read", {},
                               "restore the state from a backup");
      return Null{};
    }
    return output.secret ? Value::secret(*std::move(value)) : *std::move(value);
  }

  Draft& draft_;
  KnownOutputs known_;
  std::map<std::string, const RecordedOutput*> recorded_;
  std::vector<OutputChange> changes_;
};

}  // namespace

void write_outputs(Draft& draft, Plan& plan) { plan.outputs = Outputs(draft).compare(); }

}  // namespace infra
