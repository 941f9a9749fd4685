#include "planner/decide/moves.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "planner/decide/orphan.h"

namespace infra {
namespace {

bool by_place(const RecordedResource& a, const RecordedResource& b) {
  return std::tie(a.address, a.deposed, a.id) < std::tie(b.address, b.deposed, b.id);
}

class Moving {
 public:
  Moving(const std::vector<Move>& moves, Snapshot& state) : state_(state) {
    for (const auto& move : moves) {
      if (may_move(move) && is_first(move)) to_.emplace(move.from, move.to);
    }
  }

  [[nodiscard]] bool any() const { return !to_.empty(); }

  bool rename(Address& address) const {
    const auto found = to_.find(address.owner());
    if (found == to_.end()) return false;
    address = found->second.with_part(std::move(address.part));
    return true;
  }

  void rename_rows() {
    for (auto& row : state_.resources) {
      if (is_orphan(row)) continue;
      const auto before = row.address;
      const bool moved = rename(row.address);
      if (moved) report.moved.push_back({before, row.address, row.id});
      if (rename_needs(row) || moved) report.rewritten.push_back(row);
    }
    rename_deployments();
    std::sort(state_.resources.begin(), state_.resources.end(), by_place);
    std::sort(report.moved.begin(), report.moved.end(),
              [](const Moved& a, const Moved& b) { return std::tie(a.to, a.id) < std::tie(b.to, b.id); });
  }

  MoveReport report;

 private:
  void rename_deployments() {
    for (auto& deployment : state_.deployments) {
      auto service = Address::parse(deployment.name);
      if (!service || !rename(*service)) continue;
      report.deployments.emplace_back(deployment.name, deployment);
      deployment.name = report.deployments.back().second.name = service->text();
    }
    std::sort(state_.deployments.begin(), state_.deployments.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  }

  // Only what is recorded can move; once it has, the option says nothing any more.
  bool may_move(const Move& move) {
    const auto at = [&](const Address& owner) {
      return std::any_of(state_.resources.begin(), state_.resources.end(),
                         [&](const auto& row) { return row.address.owner() == owner && !is_orphan(row); });
    };
    if (!at(move.from)) return false;
    const auto fault = [&](std::string message, std::string help) {
      report.diagnostics.error("E0713", move.span, std::move(message), {}, std::move(help));
      return false;
    };
    if (at(move.to)) {
      return fault(fmt::format("{} can't move to {}, because both are recorded", move.from.text(), move.to.text()),
                   fmt::format("remove `moved_from`, and {} is destroyed; or forget one of them with `infra state rm`",
                               move.from.text()));
    }
    const bool open = std::any_of(state_.intents.begin(), state_.intents.end(),
                                  [&](const Intent& intent) { return intent.address.owner() == move.from; });
    if (!open) return true;
    return fault(fmt::format("{} can't move to {} while a killed run's change of it isn't settled", move.from.text(),
                             move.to.text()),
                 "bring back what doesn't answer");
  }

  // Two of the addresses that one declaration had before may both be recorded.
  bool is_first(const Move& move) {
    const auto [first, fresh] = taken_.try_emplace(move.to, move.from);
    if (fresh) return true;
    report.diagnostics.error(
        "E0713", move.span,
        fmt::format("{} and {} can't both move to {}", first->second.text(), move.from.text(), move.to.text()), {},
        "forget one of them with `infra state rm`");
    return false;
  }

  bool rename_needs(RecordedResource& row) const {
    bool any = false;
    for (auto& needed : row.depends_on) any = rename(needed) || any;
    if (!any) return false;
    std::sort(row.depends_on.begin(), row.depends_on.end());
    row.depends_on.erase(std::unique(row.depends_on.begin(), row.depends_on.end()), row.depends_on.end());
    return true;
  }

  Snapshot& state_;
  std::unordered_map<Address, Address, AddressHash> to_;
  std::unordered_map<Address, Address, AddressHash> taken_;  // the other way round
};

bool same_object(const RecordedResource& row, const ObservedObject& object) {
  return row.id == object.id && row.type == object.type && (object.platform.empty() || row.platform == object.platform);
}

// Objects that aren't where a record of them is. Both are sorted by address, and walked side by side.
std::vector<ObservedObject*> objects_elsewhere(const std::vector<RecordedResource>& rows,
                                               std::vector<ObservedObject>& objects) {
  std::vector<ObservedObject*> out;
  auto begin = rows.begin();
  for (auto& object : objects) {
    while (begin != rows.end() && begin->address < object.address) ++begin;
    auto at = begin;
    while (at != rows.end() && at->address == object.address && !same_object(*at, object)) ++at;
    if (at == rows.end() || at->address != object.address) out.push_back(&object);
  }
  return out;
}

}  // namespace

MoveReport move_recorded(const std::vector<Move>& moves, Snapshot& state, Observation& observed) {
  if (moves.empty()) return {};
  Moving moving(moves, state);
  if (!moving.any()) return std::move(moving.report);
  moving.rename_rows();
  for (auto& unreachable : observed.unreachable) {
    for (auto& address : unreachable.hidden) moving.rename(address);
  }
  return std::move(moving.report);
}

void put_where_recorded(const Snapshot& state, Observation& observed) {
  const auto elsewhere = objects_elsewhere(state.resources, observed.objects);
  if (elsewhere.empty()) return;
  std::unordered_multimap<std::string_view, const RecordedResource*> by_id;
  for (const auto& row : state.resources) by_id.emplace(row.id, &row);
  bool any = false;
  for (auto* object : elsewhere) {
    const auto [begin, end] = by_id.equal_range(object->id);
    const auto found = std::find_if(begin, end, [&](const auto& entry) { return same_object(*entry.second, *object); });
    if (found == end) continue;
    object->address = found->second->address;
    any = true;
  }
  if (!any) return;
  std::stable_sort(observed.objects.begin(), observed.objects.end(), [](const auto& a, const auto& b) {
    return std::tie(a.address, a.id, a.platform) < std::tie(b.address, b.id, b.platform);
  });
}

}  // namespace infra
