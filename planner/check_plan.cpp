// What must hold of every plan. On purpose this shares nothing with make_plan but the two ends: a mistake there is not
// repeated here.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "planner/planner.h"

namespace infra {
namespace {

// Tables by address that don't copy any: a check of 100,000 resources that are as declared should cost little.
struct Hash {
  std::size_t operator()(const Address* a) const { return AddressHash{}(*a); }
};
struct Equal {
  bool operator()(const Address* a, const Address* b) const { return *a == *b; }
};
template <class T>
using ByAddress = std::unordered_map<const Address*, T, Hash, Equal>;

// The steps of one change by what they do.
struct Steps {
  std::vector<std::size_t> makes, unmakes;  // create update adopt; destroy forget
};

class Check {
 public:
  Check(const Plan& plan, const PlanInput& input) : plan_(plan), input_(input), steps_of_(plan.changes.size()) {
    wanted_.reserve(input.desired.resources.size());
    rows_.reserve(input.state.resources.size());
    current_.reserve(plan.changes.size());
    for (const auto& resource : input.desired.resources) wanted_.emplace(&resource.address, &resource);
    for (const auto& row : input.state.resources) rows_[&row.address].push_back(&row);
    for (const auto& silence : input.observed.silences) {
      for (const auto& address : silence.hidden) hidden_.insert(address);
    }
    for (std::size_t i = 0; i < plan.changes.size(); ++i) {
      if (!plan.changes[i].deposed) current_.emplace(&plan.changes[i].address, i);
    }
  }

  std::vector<std::string> run() {
    if (!check_steps()) return std::move(breaches_);  // indices may be wild: nothing else can be looked at
    check_sorted();
    for (std::size_t i = 0; i < plan_.changes.size(); ++i) check_change(i);
    check_complete();
    check_final_state();
    if (plan_.steps.empty()) return std::move(breaches_);
    index_parts();
    for (std::size_t i = 0; i < plan_.changes.size(); ++i) check_makes(i);
    for (std::size_t i = 0; i < plan_.changes.size(); ++i) check_unmakes(i);
    return std::move(breaches_);
  }

 private:
  template <class... A>
  void breach(fmt::format_string<A...> format, A&&... arguments) {
    breaches_.push_back(fmt::format(format, std::forward<A>(arguments)...));
  }

  bool check_steps() {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const auto& step = plan_.steps[i];
      if (step.change >= plan_.changes.size()) {
        breach("step {} belongs to no change", i);
        return false;
      }
      for (const auto needed : step.after) {
        if (needed >= i) breach("step {} runs before step {}, which it waits for", i, needed);
      }
      if (!std::is_sorted(step.after.begin(), step.after.end())) breach("step {} lists what it waits for unsorted", i);
      const bool unmakes = step.kind == Step::destroy || step.kind == Step::forget;
      auto& steps = steps_of_[step.change];
      (unmakes ? steps.unmakes : steps.makes).push_back(i);
    }
    return breaches_.empty();
  }

  void check_sorted() {
    for (std::size_t i = 1; i < plan_.changes.size(); ++i) {
      const auto& a = plan_.changes[i - 1];
      const auto& b = plan_.changes[i];
      if (std::tie(a.address, a.deposed, a.id) >= std::tie(b.address, b.deposed, b.id)) {
        breach("{} stands behind {}", b.address.text(), a.address.text());
      }
    }
    auto unsorted = [](const auto& items, auto key) {
      return !std::is_sorted(items.begin(), items.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    };
    if (unsorted(plan_.owners, [](const OwnerChange& o) { return o.address; })) breach("owners aren't sorted");
    if (unsorted(plan_.outputs, [](const OutputChange& o) { return o.name; })) breach("outputs aren't sorted");
  }

  [[nodiscard]] std::string kinds_of(std::size_t change) const {
    std::vector<std::size_t> all = steps_of_[change].makes;
    all.insert(all.end(), steps_of_[change].unmakes.begin(), steps_of_[change].unmakes.end());
    std::sort(all.begin(), all.end());
    std::string out;
    for (const auto step : all) {
      if (!out.empty()) out += ' ';
      out += to_text(plan_.steps[step].kind);
      if (plan_.steps[step].deposes) out += "+depose";
    }
    return out;
  }

  // The steps that each action needs, in their order.
  [[nodiscard]] static bool fits(const Change& change, std::string_view steps) {
    switch (change.action) {
      case Action::no_op:
        return steps.empty();
      case Action::create:
        return steps == (change.create_first ? "create+depose" : "create");
      case Action::update:
        return steps == "update" || steps == "adopt";
      case Action::replace:
        return steps == (change.create_first ? "create+depose destroy" : "destroy create");
      case Action::destroy:
        return steps == "destroy";
      case Action::forget:
        return steps == "forget";
      case Action::adopt:
        return steps == "adopt";
    }
    return false;
  }

  void check_change(std::size_t index) {
    const auto& change = plan_.changes[index];
    const auto kinds = kinds_of(index);
    if (change.action == Action::no_op && kinds.empty()) return;
    const auto name = change.address.text();
    if (!fits(change, kinds)) breach("{}: {} has the steps [{}]", name, to_text(change.action), kinds);
    if (change.action == Action::no_op) return;
    if (change.reasons.empty()) breach("{}: {} without a reason", name, to_text(change.action));
    if (hidden_.contains(change.address)) breach("{}: {} where nothing answers", name, to_text(change.action));
    const bool ends = change.action == Action::destroy || change.action == Action::replace;
    const bool spared = ends && !change.deposed && is_protected(change.address);
    if (spared) breach("{}: {} of something protected", name, to_text(change.action));
    if (change.action == Action::create && change.deposed) breach("{}: creates a left-over", name);
    const bool exists = change.action != Action::create;
    if (exists && change.id.empty()) breach("{}: {} of an object without id", name, to_text(change.action));
    check_unknown(index);
  }

  [[nodiscard]] bool is_protected(const Address& address) const {
    const auto declared = wanted_.find(&address);
    if (declared != wanted_.end()) return declared->second->options.protect;
    const auto* row = current_row(address);
    return row != nullptr && row->protect;
  }

  [[nodiscard]] const RecordedResource* current_row(const Address& address) const {
    const auto at = rows_.find(&address);
    if (at == rows_.end()) return nullptr;
    const auto row = std::find_if(at->second.begin(), at->second.end(), [](const auto* r) { return !r->deposed; });
    return row != at->second.end() ? *row : nullptr;
  }

  // The row of the object that a change is about.
  [[nodiscard]] const RecordedResource* row_of(const Change& change) const {
    const auto at = rows_.find(&change.address);
    if (at == rows_.end()) return nullptr;
    const auto row =
        std::find_if(at->second.begin(), at->second.end(), [&](const auto* r) { return r->id == change.id; });
    return row != at->second.end() ? *row : nullptr;
  }

  // What isn't known yet must come from a step that this one waits for.
  void check_unknown(std::size_t index) {
    const auto& change = plan_.changes[index];
    if (change.after.known()) return;
    std::vector<Ref> refs;
    collect_refs(change.after, refs);
    bool made = false;
    for (const auto& ref : refs) {
      const auto maker = ref.attribute.empty() ? kNone : current_change(ref.address);
      if (ref.attribute.empty()) continue;
      made = true;
      if (maker == kNone || steps_of_[maker].makes.empty()) {
        breach("{}: nothing will make {}.{} known", change.address.text(), ref.address.text(), ref.attribute);
      }
    }
    if (!made) breach("{}: a value that nothing will make known", change.address.text());
  }

  [[nodiscard]] std::size_t current_change(const Address& address) const {
    const auto at = current_.find(&address);
    return at != current_.end() ? at->second : kNone;
  }

  void check_complete() {
    if (!input_.targets.empty()) return;
    for (const auto& row : input_.state.resources) {
      if (!row.deposed && current_change(row.address) == kNone) {
        breach("{} is recorded and not accounted for", row.address.text());
      }
    }
    if (input_.destroy) return;
    for (const auto& resource : input_.desired.resources) {
      if (current_change(resource.address) == kNone) {
        breach("{} is declared and not accounted for", resource.address.text());
      }
    }
  }

  // Runs the steps over what was observed: in the end each declared address has one object and no other has any.
  void check_final_state() {
    ByAddress<std::vector<std::string_view>> objects;
    objects.reserve(input_.observed.objects.size());
    for (const auto& object : input_.observed.objects) objects[&object.address].push_back(object.id);
    for (const auto& step : plan_.steps) {
      const auto& change = plan_.changes[step.change];
      auto& here = objects[&change.address];
      if (step.kind == Step::create) here.push_back("(new)");
      if (step.kind == Step::destroy && std::erase(here, change.id) == 0) {
        breach("{}: `{}` is destroyed and doesn't exist", change.address.text(), change.id);
      }
    }
    if (!input_.targets.empty()) return;
    std::vector<std::pair<const Address*, std::size_t>> counts;
    for (const auto& [address, ids] : objects) counts.emplace_back(address, ids.size());
    std::sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return *a.first < *b.first; });
    for (const auto& [address, count] : counts) check_final_objects(*address, count);
  }

  void check_final_objects(const Address& address, std::size_t count) {
    if (hidden_.contains(address)) return;
    const auto change = current_change(address);
    const bool kept = change != kNone && plan_.changes[change].action == Action::forget;
    const bool spared = change != kNone && plan_.changes[change].action == Action::no_op;
    const bool wanted = !input_.destroy && wanted_.contains(&address);
    const std::size_t expected = wanted || kept || (spared && is_protected(address)) ? 1 : 0;
    const auto declared = wanted_.find(&address);
    const bool stays = declared != wanted_.end() && declared->second->options.keep;
    const bool reported = count > expected && (stays || !plan_.warnings.empty());  // a left-over that nobody may remove
    if (reported || count == expected || (count < expected && kept)) return;
    breach("{}: {} objects in the end instead of {}", address.text(), count, expected);
  }

  void index_parts() {
    for (std::size_t i = 0; i < plan_.changes.size(); ++i) {
      const auto& address = plan_.changes[i].address;
      parts_[&address].push_back(i);
    }
    for (const auto& owner : plan_.owners) parts_[&owner.address] = owner.changes;
  }

  [[nodiscard]] const std::vector<std::size_t>& changes_at(const Address& dependency) const {
    const auto at = parts_.find(&dependency);
    return at != parts_.end() ? at->second : nobody_;
  }

  // Does `later` wait for `step`, directly or through others? Mostly directly, which costs a look; else all that it
  // waits for is gathered once.
  bool waits(std::size_t later, std::size_t step) {
    const auto& after = plan_.steps[later].after;
    if (std::binary_search(after.begin(), after.end(), step)) return true;
    if (ancestors_of_ != later) gather_ancestors(later);
    return ancestors_.contains(step);
  }

  void gather_ancestors(std::size_t step) {
    ancestors_of_ = step;
    ancestors_.clear();
    std::vector<std::size_t> pending = plan_.steps[step].after;
    while (!pending.empty()) {
      const auto next = pending.back();
      pending.pop_back();
      if (!ancestors_.insert(next).second) continue;
      pending.insert(pending.end(), plan_.steps[next].after.begin(), plan_.steps[next].after.end());
    }
  }

  [[nodiscard]] bool is_record_only(std::size_t index) const {
    const auto& makes = steps_of_[index].makes;
    return plan_.changes[index].action == Action::update && plan_.steps[makes.front()].kind == Step::adopt;
  }

  // What is needed is made first.
  void check_makes(std::size_t index) {
    const auto& change = plan_.changes[index];
    if (steps_of_[index].makes.empty() || change.deposed) return;
    const auto declared = wanted_.find(&change.address);
    if (declared == wanted_.end()) {
      breach("{}: made, and not declared", change.address.text());
      return;
    }
    if (plan_.steps[steps_of_[index].makes.front()].kind == Step::adopt) return;  // it is there already
    for (const auto& needed : declared->second->depends_on) {
      for (const auto other : changes_at(needed)) {
        if (other == index || is_record_only(other)) continue;
        for (const auto step : steps_of_[other].makes) {
          if (!waits(steps_of_[index].makes.front(), step)) {
            breach("{} is made before {}, which it needs", change.address.text(), plan_.changes[other].address.text());
          }
        }
      }
    }
  }

  // What was used is destroyed only after what used it is destroyed, or turned to something else.
  void check_unmakes(std::size_t index) {
    const auto& change = plan_.changes[index];
    const auto& steps = steps_of_[index];
    const bool updates = !steps.makes.empty() && plan_.steps[steps.makes.front()].kind == Step::update;
    const auto* row = change.action == Action::forget || (steps.unmakes.empty() && !updates) ? nullptr : row_of(change);
    if (row == nullptr) return;
    const auto last_use = updates ? steps.makes.front() : steps.unmakes.front();
    for (const auto& used : row->depends_on) {
      for (const auto other : changes_at(used)) {
        if (other != index) check_use(index, last_use, other, updates);
      }
    }
  }

  void check_use(std::size_t user, std::size_t last_use, std::size_t used, bool updates) {
    const auto& change = plan_.changes[used];
    if (change.action == Action::forget || row_of(change) == nullptr) return;
    // What is destroyed before its successor is made can't wait for those that will be turned to the successor.
    if (updates && (change.deposed || !stays_until_freed(change))) return;
    for (const auto step : steps_of_[used].unmakes) {
      if (waits(step, last_use)) continue;
      const bool excused = updates ? waits(last_use, step) : contradictory(user, used);
      if (excused) continue;
      breach("{} is destroyed before {}, which uses it", change.address.text(), plan_.changes[user].address.text());
    }
  }

  [[nodiscard]] static bool stays_until_freed(const Change& change) {
    return change.action == Action::destroy || (change.action == Action::replace && change.create_first);
  }

  // Records of different times may say of two things that each uses the other; then there is no right order.
  [[nodiscard]] bool contradictory(std::size_t user, std::size_t used) const {
    std::set<std::size_t> seen;
    std::vector<std::size_t> pending = {used};
    while (!pending.empty()) {
      const auto next = pending.back();
      pending.pop_back();
      if (next == user) return true;
      if (!seen.insert(next).second) continue;
      const auto* row = row_of(plan_.changes[next]);
      if (row == nullptr) continue;
      for (const auto& address : row->depends_on) {
        const auto& further = changes_at(address);
        pending.insert(pending.end(), further.begin(), further.end());
      }
    }
    return false;
  }

  static constexpr std::size_t kNone = ~std::size_t{0};
  const Plan& plan_;
  const PlanInput& input_;
  std::vector<Steps> steps_of_;
  ByAddress<const LoweredResource*> wanted_;
  ByAddress<std::vector<const RecordedResource*>> rows_;
  ByAddress<std::size_t> current_;
  ByAddress<std::vector<std::size_t>> parts_;
  const std::vector<std::size_t> nobody_;
  std::set<Address> hidden_;
  std::size_t ancestors_of_ = kNone;
  std::set<std::size_t> ancestors_;
  std::vector<std::string> breaches_;
};

}  // namespace

std::vector<std::string> check_plan(const Plan& plan, const PlanInput& input) { return Check(plan, input).run(); }

}  // namespace infra
