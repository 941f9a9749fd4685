// Sorted changes and steps out of what was decided.
#include "planner/order/order_steps.h"

namespace infra {
namespace {

Layout lay_out(const Draft& draft) {
  Layout out{.current = std::vector<std::size_t>(draft.current.size(), Layout::kNowhere),
             .beside = std::vector<std::size_t>(draft.beside.size(), Layout::kNowhere),
             .owner_of = {}};
  std::size_t next = 0;
  auto place = [&](std::size_t& index, std::size_t slot) {
    index = out.owner_of.size();
    out.owner_of.push_back(draft.slots.all[slot].owner);
  };
  for (std::size_t slot = 0; slot < draft.current.size(); ++slot) {
    if (draft.current[slot].planned) place(out.current[slot], slot);
    for (; next < draft.beside.size() && draft.beside[next].slot == slot; ++next) place(out.beside[next], slot);
  }
  return out;
}

}  // namespace

void write_changes_and_steps(Draft& draft, Plan& plan) {
  const auto layout = lay_out(draft);
  if (auto steps = order_steps(draft, layout)) {
    plan.steps = *std::move(steps);
  } else {
    draft.diagnostics.error("E0999", {}, "internal error: the steps of this plan wait for each other");
  }
  plan.changes.resize(layout.owner_of.size());
  for (std::size_t slot = 0; slot < draft.current.size(); ++slot) {
    if (layout.current[slot] == Layout::kNowhere) continue;
    plan.changes[layout.current[slot]] = std::move(draft.current[slot].change);
    plan.changes[layout.current[slot]].deployment = draft.current[slot].set;
  }
  for (std::size_t i = 0; i < draft.beside.size(); ++i) {
    plan.changes[layout.beside[i]] = std::move(draft.beside[i].change);
    plan.changes[layout.beside[i]].deployment = draft.beside[i].set;
  }
  for (auto& set : draft.sets) plan.deployments.push_back(std::move(set.assembled.deployment));
  write_owners(draft.input.desired.owners, plan);
}

}  // namespace infra
