#include "planner/draft.h"

#include <algorithm>

namespace infra {

bool Draft::changes(std::size_t slot) const {
  const auto& entry = current[slot];
  if (!entry.planned || entry.record_only) return false;
  const auto action = entry.change.action;
  return action == Action::create || action == Action::replace || action == Action::update;
}

bool Draft::destroys_first(std::size_t slot) const {
  const auto& entry = current[slot];
  if (!entry.planned || entry.change.create_first) return false;
  return entry.moved || entry.change.action == Action::replace;
}

const Platform* Draft::platform(std::string_view name) const {
  auto named = [&](const auto& p) { return p.name == name; };
  std::string_view kind;
  const auto declared = std::find_if(input.desired.platforms.begin(), input.desired.platforms.end(), named);
  const auto recorded = std::find_if(input.state.platforms.begin(), input.state.platforms.end(), named);
  if (declared != input.desired.platforms.end()) {
    kind = declared->kind;
  } else if (recorded != input.state.platforms.end()) {
    kind = recorded->kind;
  }
  return input.platforms.find(kind);
}

const Schema* Draft::schema(std::string_view platform_name, std::string_view type) const {
  const auto* found = platform(platform_name);
  if (found == nullptr) return nullptr;
  const auto& types = found->types();
  const auto at = std::find_if(types.begin(), types.end(), [&](const Schema& s) { return s.name == type; });
  return at != types.end() ? &*at : nullptr;
}

Span Draft::span(std::size_t slot) const {
  const auto owner = slots.all[slot].address->owner();
  const auto& owners = input.desired.owners;
  const auto at = std::lower_bound(owners.begin(), owners.end(), owner,
                                   [](const LoweredOwner& o, const Address& a) { return o.address < a; });
  return at != owners.end() && at->address == owner ? at->span : Span{};
}

std::span<const Draft::Contention> Draft::contentions_of(std::size_t slot) const {
  const auto [first, last] = std::equal_range(contentions.begin(), contentions.end(), Contention{slot, {}},
                                              [](const Contention& a, const Contention& b) { return a.slot < b.slot; });
  return {first, last};
}

}  // namespace infra
