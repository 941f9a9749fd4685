// What must hold of every plan. On purpose this shares nothing with make_plan but the two ends: a mistake there is not
// repeated here.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "planner/check_order.h"
#include "planner/let_go.h"
#include "planner/plan_tables.h"

namespace infra {
namespace {

class Check {
 public:
  Check(const Plan& plan, const PlanInput& input) : plan_(plan), input_(input), tables_(plan, input) {}

  std::vector<std::string> run() {
    if (!check_steps()) return std::move(breaches_);  // indices may be wild: nothing else can be looked at
    check_sorted();
    for (std::size_t i = 0; i < plan_.changes.size(); ++i) check_change(i);
    check_complete();
    check_final_state();
    if (!plan_.steps.empty()) check_order(tables_, breaches_);
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
      auto& steps = tables_.steps_of[step.change];
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
    std::vector<std::size_t> all = tables_.steps_of[change].makes;
    all.insert(all.end(), tables_.steps_of[change].unmakes.begin(), tables_.steps_of[change].unmakes.end());
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
    if (input_.refresh_only && kinds != "adopt" && kinds != "forget") {
      breach("{}: [{}] in a run that may only change the record", name, kinds);
    }
    if (!fits(change, kinds)) breach("{}: {} has the steps [{}]", name, to_text(change.action), kinds);
    if (change.action == Action::no_op) return;
    if (change.reasons.empty()) breach("{}: {} without a reason", name, to_text(change.action));
    if (tables_.is_hidden(change.address)) breach("{}: {} where nothing answers", name, to_text(change.action));
    const bool ends = change.action == Action::destroy || change.action == Action::replace;
    const bool spared = ends && !change.deposed && tables_.is_protected(change.address);
    if (spared) breach("{}: {} of something protected", name, to_text(change.action));
    if (change.action == Action::create && change.deposed) breach("{}: creates a left-over", name);
    const bool exists = change.action != Action::create;
    if (exists && change.id.empty()) breach("{}: {} of an object without id", name, to_text(change.action));
    check_unknown(index);
  }

  // What isn't known yet must come from a step that this one waits for.
  void check_unknown(std::size_t index) {
    const auto& change = plan_.changes[index];
    if (change.after.known()) return;
    std::vector<Ref> refs;
    collect_refs(change.after, refs);
    bool made = false;
    for (const auto& ref : refs) {
      const auto maker = ref.attribute.empty() ? kNone : tables_.current_change(ref.address);
      if (ref.attribute.empty()) continue;
      made = true;
      if (maker == kNone || tables_.steps_of[maker].makes.empty()) {
        breach("{}: nothing will make {}.{} known", change.address.text(), ref.address.text(), ref.attribute);
      }
    }
    if (!made) breach("{}: a value that nothing will make known", change.address.text());
  }

  void check_complete() {
    if (input_.limited()) return;
    for (const auto& row : input_.state.resources) {
      if (!row.deposed && tables_.current_change(row.address) == kNone) {
        breach("{} is recorded and not accounted for", row.address.text());
      }
    }
    if (input_.destroy) return;
    for (const auto& resource : input_.desired.resources) {
      if (tables_.current_change(resource.address) == kNone) {
        breach("{} is declared and not accounted for", resource.address.text());
      }
    }
  }

  // Runs the steps over what was observed: in the end each declared address has one object and no other has any.
  void check_final_state() {
    ByAddress<std::vector<std::string_view>> objects;
    objects.reserve(input_.observed.objects.size());
    std::set<std::string_view> let_go;  // not ours any more
    for (const auto& row : input_.state.resources) {
      if (is_let_go(row)) let_go.insert(row.id);
    }
    for (const auto& object : input_.observed.objects) {
      if (!let_go.contains(object.id)) objects[&object.address].push_back(object.id);
    }
    for (const auto& change : plan_.changes) {
      if (change.action == Action::adopt && let_go.contains(change.id)) objects[&change.address].push_back(change.id);
    }
    for (const auto& step : plan_.steps) {
      const auto& change = plan_.changes[step.change];
      auto& here = objects[&change.address];
      if (step.kind == Step::create) here.push_back("(new)");
      if (step.kind == Step::destroy && std::erase(here, change.id) == 0) {
        breach("{}: `{}` is destroyed and doesn't exist", change.address.text(), change.id);
      }
    }
    if (input_.limited()) return;
    for (const auto& resource : input_.desired.resources) objects[&resource.address];  // none there is worth a word too
    std::vector<std::pair<const Address*, std::size_t>> counts;
    for (const auto& [address, ids] : objects) counts.emplace_back(address, ids.size());
    std::sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return *a.first < *b.first; });
    for (const auto& [address, count] : counts) check_final_objects(*address, count);
  }

  void check_final_objects(const Address& address, std::size_t count) {
    if (tables_.is_hidden(address)) return;
    const auto change = tables_.current_change(address);
    const bool kept = change != kNone && plan_.changes[change].action == Action::forget;
    const bool spared = change != kNone && plan_.changes[change].action == Action::no_op;
    const bool wanted = !input_.destroy && tables_.wanted(address) != nullptr;
    const std::size_t expected = wanted || kept || (spared && tables_.is_protected(address)) ? 1 : 0;
    const auto* declared = tables_.wanted(address);
    const bool stays = declared != nullptr && declared->options.keep;
    const bool reported = count > expected && (stays || !plan_.warnings.empty());  // a left-over that nobody may remove
    if (reported || count == expected || (count < expected && kept)) return;
    breach("{}: {} objects in the end instead of {}", address.text(), count, expected);
  }

  static constexpr std::size_t kNone = PlanTables::kNone;
  const Plan& plan_;
  const PlanInput& input_;
  PlanTables tables_;
  std::vector<std::string> breaches_;
};

}  // namespace

std::vector<std::string> check_plan(const Plan& plan, const PlanInput& input) { return Check(plan, input).run(); }

}  // namespace infra
