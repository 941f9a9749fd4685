// What must hold of every plan. On purpose this shares nothing with make_plan but the two ends: a mistake there is not
// repeated here.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "planner/check/check_deployments.h"
#include "planner/check/check_order.h"
#include "planner/check/check_task_hosts.h"
#include "planner/check/plan_tables.h"
#include "planner/decide/orphan.h"
#include "planner/decide/protection.h"
#include "planner/decide/runs.h"

namespace infra {
namespace {

// The ids of the objects at each place. Only where a step changes something are they written down.
class FinalObjects {
 public:
  FinalObjects(const PlanTables& tables, const std::vector<std::string_view>& orphans)
      : tables_(tables), orphans_(orphans), changed_(tables.plan.steps.empty() ? 0 : tables.places.size()) {}

  std::vector<std::string_view>& at(std::size_t place) {
    auto& here = changed_[place];
    if (!here) here = at_first(place);
    return *here;
  }
  [[nodiscard]] std::size_t count(std::size_t place) const {
    if (!changed_.empty() && changed_[place]) return changed_[place]->size();
    const auto& rows = tables_.places[place].rows;
    const bool once = std::any_of(rows.begin(), rows.end(), [](const auto* row) { return runs_once(row->type); });
    return orphans_.empty() && !once ? tables_.places[place].objects.size() : at_first(place).size();
  }

 private:
  [[nodiscard]] bool is_gone(std::string_view id) const {
    return std::binary_search(orphans_.begin(), orphans_.end(), id);
  }
  [[nodiscard]] std::vector<std::string_view> at_first(std::size_t index) const {
    std::vector<std::string_view> out;
    const auto& place = tables_.places[index];
    for (const auto* object : place.objects) {
      if (!is_gone(object->id)) out.emplace_back(object->id);
    }
    // A run that has ended counts as there, whether its platform still shows it or not.
    for (const auto* row : place.rows) {
      const bool listed = std::find(out.begin(), out.end(), row->id) != out.end();
      if (!listed && !is_gone(row->id) && recorded_exit(*row)) out.emplace_back(row->id);
    }
    for (const auto i : place.changes) {
      const auto& change = tables_.plan.changes[i];
      if (change.action == Action::adopt && is_gone(change.id)) out.emplace_back(change.id);
    }
    return out;
  }

  const PlanTables& tables_;
  const std::vector<std::string_view>& orphans_;
  std::vector<std::optional<std::vector<std::string_view>>> changed_;
};

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
    if (check_deployments(tables_, breaches_)) check_task_hosts(tables_, breaches_);
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
    if (unsorted(plan_.owners, [](const OwnerChange& o) -> const Address& { return o.address; })) {
      breach("owners aren't sorted");
    }
    if (unsorted(plan_.outputs, [](const OutputChange& o) -> const std::string& { return o.name; })) {
      breach("outputs aren't sorted");
    }
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
    if (change.ends) {  // what has run is removed
      constexpr std::string_view kEnd = " destroy";
      if (!steps.ends_with(kEnd)) return false;
      steps.remove_suffix(kEnd.size());
    }
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

  [[nodiscard]] bool is_guarded(const PlanTables::Place& place) const {
    return infra::is_guarded(input_, place.wanted, place.current_row());
  }

  void check_change(std::size_t index) {
    const auto& change = plan_.changes[index];
    const auto& place = tables_.place_of(index);
    const auto kinds = kinds_of(index);
    if (change.action == Action::no_op && kinds.empty()) return;
    const auto name = change.address.text();
    if (input_.refresh_only && kinds != "adopt" && kinds != "forget") {
      breach("{}: [{}] in a run that may only change the record", name, kinds);
    }
    if (!fits(change, kinds)) breach("{}: {} has the steps [{}]", name, to_text(change.action), kinds);
    if (change.action == Action::no_op) return;
    if (change.reasons.empty()) breach("{}: {} without a reason", name, to_text(change.action));
    if (place.hidden) breach("{}: {} where nothing answers", name, to_text(change.action));
    const bool ends = change.action == Action::destroy || change.action == Action::replace;
    const bool spared = ends && !change.deposed && is_guarded(place);
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
    for (const auto& place : tables_.places) {
      if (place.current_row() != nullptr && place.current == kNone) {
        breach("{} is recorded and not accounted for", place.address->text());
      }
    }
    if (input_.destroy) return;
    for (const auto& place : tables_.places) {
      if (place.wanted != nullptr && place.current == kNone) {
        breach("{} is declared and not accounted for", place.address->text());
      }
    }
  }

  // Runs the steps over what was observed: in the end each declared address has one object and no other has any.
  void check_final_state() {
    std::vector<std::string_view> orphans;  // not ours any more
    for (const auto& row : input_.state.resources) {
      if (is_orphan(row)) orphans.emplace_back(row.id);
    }
    std::sort(orphans.begin(), orphans.end());
    FinalObjects objects(tables_, orphans);
    for (const auto& step : plan_.steps) {
      const auto& change = plan_.changes[step.change];
      auto& here = objects.at(tables_.place_index(step.change));
      if (step.kind == Step::create) here.push_back("(new)");
      if (step.kind != Step::destroy || std::erase(here, change.id) > 0) continue;
      if (!change.ends || std::erase(here, "(new)") == 0) {
        breach("{}: `{}` is destroyed and doesn't exist", change.address.text(), change.id);
      }
    }
    if (input_.limited()) return;
    for (std::size_t i = 0; i < tables_.places.size(); ++i) check_final_objects(tables_.places[i], objects.count(i));
  }

  void check_final_objects(const PlanTables::Place& place, std::size_t count) {
    if (place.hidden || (count == 0 && place.wanted == nullptr)) return;
    const bool kept = place.current != kNone && plan_.changes[place.current].action == Action::forget;
    const bool spared = place.current != kNone && plan_.changes[place.current].action == Action::no_op;
    const bool wanted = !input_.destroy && place.wanted != nullptr;
    const std::size_t expected = wanted || kept || (spared && is_guarded(place)) ? 1 : 0;
    const bool stays = place.wanted != nullptr && place.wanted->options.keep;
    const bool reported = count > expected && (stays || !plan_.warnings.empty());  // a left-over that nobody may remove
    if (reported || count == expected || (count < expected && kept)) return;
    breach("{}: {} objects in the end instead of {}", place.address->text(), count, expected);
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
