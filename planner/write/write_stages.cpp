// Platforms that are reached by what other resources are: which can be looked at from now on, and which wait.
#include <fmt/format.h>

#include <algorithm>

#include "planner/decide/known_outputs.h"
#include "planner/decide/targets.h"
#include "planner/draft.h"

namespace infra {

bool LoweredGraph::has_open_platform() const {
  return std::any_of(reached.begin(), reached.end(), [](const ReachedPlatform& r) { return r.open; });
}

bool is_left_to_later(const LoweredGraph& desired, const Address& owner) {
  return std::any_of(desired.reached.begin(), desired.reached.end(), [&](const ReachedPlatform& reached) {
    const auto holds = [&](const std::vector<Address>& all) {
      return std::binary_search(all.begin(), all.end(), owner);
    };
    return reached.open && (holds(reached.owners) || holds(reached.behind));
  });
}

namespace {

class Stages {
 public:
  explicit Stages(Draft& draft) : draft_(draft), known_(draft) {
    find_ = [this](const Address& part) { return known_.find(part); };
  }

  void write(const ReachedPlatform& reached, Plan& plan) {
    PlatformReach reach{.platform = reached.platform.name, .open = reached.open};
    LaterStage later{
        .number = reached.stage, .platform = reached.platform.name, .owners = reached.owners, .behind = reached.behind};
    for (const auto& [ref, value] : reached.parts) {
      if (!resolve(value, find_).known()) later.waits_for.push_back(ref);
    }
    reach.settled = later.waits_for.empty();
    for (const auto& needed : reached.platform.depends_on) {
      if (stays(needed)) continue;
      reach.settled = false;
      const bool said = std::any_of(later.waits_for.begin(), later.waits_for.end(),
                                    [&](const Ref& ref) { return ref.address == needed; });
      if (!said) later.waits_for.push_back({needed, ""});
    }
    if (reach.settled) reach.config = worked_out(reached.platform);
    plan.reach.push_back(std::move(reach));
    if (reached.open && is_asked_for(later)) plan.later.push_back(std::move(later));
  }

 private:
  [[nodiscard]] bool is_asked_for(const LaterStage& later) const {
    const auto& targets = draft_.input.targets;
    if (later.owners.empty() || targets.empty()) return !later.owners.empty();
    const auto meant = [&](const Address& owner) {
      return std::any_of(targets.begin(), targets.end(), [&](const auto& target) { return is_target(target, owner); });
    };
    return std::any_of(later.owners.begin(), later.owners.end(), meant) ||
           std::any_of(later.behind.begin(), later.behind.end(), meant);
  }

  // Of what is known; it may still be no good: the first of no URLs.
  Value worked_out(const PlatformDecl& platform) {
    std::vector<std::string> problems;
    auto config = resolve(platform.config, find_, &problems);
    for (const auto& problem : problems) {
      draft_.diagnostics.error(
          "E0706", platform.span,
          fmt::format("how platform `{}` is reached can't be worked out: {}", platform.name, problem));
    }
    return config;
  }

  // Everything of it is there, and remains what it is.
  [[nodiscard]] bool stays(const Address& owner) const {
    if (is_left_to_later(draft_.input.desired, owner)) return false;
    const auto found = draft_.slots.find_owner(owner);
    if (!found) return true;  // a kind without parts
    const auto& range = draft_.slots.owners[*found];
    for (auto slot = range.begin; slot < range.end; ++slot) {
      const auto& entry = draft_.current[slot];
      if (draft_.slots.all[slot].want == nullptr) continue;
      const auto action = entry.change.action;
      const bool there = action == Action::no_op || action == Action::update || action == Action::adopt;
      if (!entry.planned || entry.moved || !there) return false;
    }
    return true;
  }

  Draft& draft_;
  KnownOutputs known_;
  std::function<const Value*(const Address&)> find_;
};

}  // namespace

void write_stages(Draft& draft, Plan& plan) {
  if (draft.input.destroy) return;  // whatever is recorded goes in one
  Stages stages(draft);
  for (const auto& reached : draft.input.desired.reached) stages.write(reached, plan);
  std::stable_sort(plan.later.begin(), plan.later.end(),
                   [](const LaterStage& a, const LaterStage& b) { return a.number < b.number; });
}

}  // namespace infra
