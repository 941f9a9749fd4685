#include "planner/check/check_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace infra {
namespace {

class OrderCheck {
 public:
  OrderCheck(const PlanTables& tables, std::vector<std::string>& breaches)
      : tables_(tables), plan_(tables.plan), breaches_(breaches) {}

  void run() {
    for (std::size_t i = 0; i < plan_.changes.size(); ++i) check_makes(i);
    for (std::size_t i = 0; i < plan_.changes.size(); ++i) check_unmakes(i);
  }

 private:
  template <class... A>
  void breach(fmt::format_string<A...> format, A&&... arguments) {
    breaches_.push_back(fmt::format(format, std::forward<A>(arguments)...));
  }

  // Does `later` wait for `step`, directly or through others? Mostly directly, which costs a look; else all that it
  // waits for is gathered once.
  bool waits(std::size_t later, std::size_t step) {
    const auto& after = plan_.steps[later].after;
    if (std::binary_search(after.begin(), after.end(), step)) return true;
    if (ancestors_of_ != later) gather_ancestors(later);
    return seen_in_[step] == round_;
  }

  void gather_ancestors(std::size_t step) {
    ancestors_of_ = step;
    seen_in_.resize(plan_.steps.size());
    ++round_;
    std::vector<std::size_t> pending = plan_.steps[step].after;
    while (!pending.empty()) {
      const auto next = pending.back();
      pending.pop_back();
      if (seen_in_[next] == round_) continue;
      seen_in_[next] = round_;
      pending.insert(pending.end(), plan_.steps[next].after.begin(), plan_.steps[next].after.end());
    }
  }

  [[nodiscard]] bool is_record_only(std::size_t index) const {
    const auto& makes = tables_.steps_of[index].makes;
    return plan_.changes[index].action == Action::update && plan_.steps[makes.front()].kind == Step::adopt;
  }

  // What is needed is made first.
  void check_makes(std::size_t index) {
    const auto& change = plan_.changes[index];
    if (tables_.steps_of[index].makes.empty() || change.deposed || change.refresh) return;
    const auto& place = tables_.place_of(index);
    const auto* declared = place.wanted != nullptr ? place.wanted : place.last;
    if (declared == nullptr) {
      breach("{}: made, and not declared", change.address.text());
      return;
    }
    if (plan_.steps[tables_.steps_of[index].makes.front()].kind == Step::adopt) return;  // it is there already
    for (const auto& needed : declared->depends_on) {
      for (const auto other : tables_.changes_at(needed)) {
        if (other == index || is_record_only(other)) continue;
        for (const auto step : tables_.steps_of[other].makes) {
          if (!waits(tables_.steps_of[index].makes.front(), step)) {
            breach("{} is made before {}, which it needs", change.address.text(), plan_.changes[other].address.text());
          }
        }
      }
    }
  }

  // What was used is destroyed only after what used it is destroyed, or turned to something else.
  void check_unmakes(std::size_t index) {
    const auto& change = plan_.changes[index];
    const auto& steps = tables_.steps_of[index];
    const bool updates = !steps.makes.empty() && plan_.steps[steps.makes.front()].kind == Step::update;
    const auto* row =
        change.action == Action::forget || (steps.unmakes.empty() && !updates) ? nullptr : tables_.row_of(index);
    if (row == nullptr) return;
    const auto last_use = updates ? steps.makes.front() : steps.unmakes.front();
    for (const auto& used : row->depends_on) {
      for (const auto other : tables_.changes_at(used)) {
        if (other == index) continue;
        check_use(index, last_use, other, updates);
        if (change.action == Action::destroy && !change.deposed) check_sibling(index, last_use, other);
      }
    }
  }

  // Of one declaration, what goes has gone before that which it acted on is changed.
  void check_sibling(std::size_t user, std::size_t last_use, std::size_t used) {
    const auto& change = plan_.changes[used];
    const bool siblings = change.address.owner() == plan_.changes[user].address.owner();
    if (!siblings || change.action != Action::update || is_record_only(used)) return;
    const auto step = tables_.steps_of[used].makes.front();
    if (waits(step, last_use) || contradictory(user, used)) return;
    breach("{} is updated before {}, which acts on it, is destroyed", change.address.text(),
           plan_.changes[user].address.text());
  }

  void check_use(std::size_t user, std::size_t last_use, std::size_t used, bool updates) {
    const auto& change = plan_.changes[used];
    if (change.action == Action::forget || tables_.row_of(used) == nullptr) return;
    // What is destroyed before its successor is made can't wait for those that will be turned to the successor.
    if (updates && (change.deposed || !stays_until_freed(change))) return;
    for (const auto step : tables_.steps_of[used].unmakes) {
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
      const auto* row = tables_.row_of(next);
      if (row == nullptr) continue;
      for (const auto& address : row->depends_on) {
        const auto further = tables_.changes_at(address);
        pending.insert(pending.end(), further.begin(), further.end());
      }
    }
    return false;
  }

  const PlanTables& tables_;
  const Plan& plan_;
  std::vector<std::string>& breaches_;
  std::size_t ancestors_of_ = PlanTables::kNone;
  std::size_t round_ = 0;             // of gathering
  std::vector<std::size_t> seen_in_;  // by step: the last round in which it was found
};

}  // namespace

void check_order(const PlanTables& tables, std::vector<std::string>& breaches) { OrderCheck(tables, breaches).run(); }

}  // namespace infra
