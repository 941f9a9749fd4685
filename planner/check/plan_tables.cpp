#include "planner/check/plan_tables.h"

#include <algorithm>

#include "base/values/codec.h"
#include "planner/decide/orphan.h"
#include "planner/rollout/owners_of_sets.h"

namespace infra {
namespace {

// By address; what has the same one stays in its order. Mostly they are sorted already.
template <class Items, class AddressOf>
void sort_by_address(Items& items, AddressOf address_of) {
  auto before = [&](const auto& a, const auto& b) { return address_of(a) < address_of(b); };
  if (!std::is_sorted(items.begin(), items.end(), before)) std::stable_sort(items.begin(), items.end(), before);
}

template <class T>
std::vector<const T*> by_address(const std::vector<T>& items) {
  std::vector<const T*> out;
  out.reserve(items.size());
  for (const auto& item : items) out.push_back(&item);
  sort_by_address(out, [](const T* item) -> const Address& { return item->address; });
  return out;
}

// One sorted list while all are walked.
template <class Items, class AddressOf>
class Walk {
 public:
  Walk(const Items& items, AddressOf address_of) : items_(items), address_of_(address_of) {}

  [[nodiscard]] const Address* next() const { return at_ < items_.size() ? &address_of_(items_[at_]) : nullptr; }
  // What stands at `address`, which is none that comes later.
  std::span<const typename Items::value_type> take(const Address& address) {
    const auto begin = at_;
    while (at_ < items_.size() && address_of_(items_[at_]) == address) ++at_;
    return std::span(items_).subspan(begin, at_ - begin);
  }

 private:
  const Items& items_;
  AddressOf address_of_;
  std::size_t at_ = 0;
};

template <class... Walks>
const Address* earliest(const Walks&... walks) {
  const Address* out = nullptr;
  auto consider = [&](const Address* address) {
    if (address != nullptr && (out == nullptr || *address < *out)) out = address;
  };
  (consider(walks.next()), ...);
  return out;
}

}  // namespace

const RecordedResource* PlanTables::Place::current_row() const {
  const auto at = std::find_if(rows.begin(), rows.end(), [](const auto* row) { return !row->deposed; });
  return at != rows.end() ? *at : nullptr;
}

PlanTables::PlanTables(const Plan& of, const PlanInput& from)
    : plan(of),
      input(from),
      steps_of(of.changes.size()),
      wanted_(by_address(from.desired.resources)),
      rows_(by_address(from.state.resources)),
      objects_(by_address(from.observed.objects)),
      owners_(by_address(of.owners)) {
  for (const auto& last : input.last_runs) last_.push_back(&last.run);
  sort_by_address(last_, [](const auto* run) -> const Address& { return run->address; });
  changes_.resize(plan.changes.size());
  for (std::size_t i = 0; i < changes_.size(); ++i) changes_[i] = i;
  sort_by_address(changes_, [&](std::size_t i) -> const Address& { return plan.changes[i].address; });
  const auto sets = owners_of_sets(wanted_, rows_);
  task_rows_ = take_tasks(rows_, sets);
  task_objects_ = take_tasks(objects_, sets);
  align();
  for (const auto& unreachable : input.observed.unreachable) {
    for (const auto& address : unreachable.hidden) {
      if (const auto* place = find(address)) places[static_cast<std::size_t>(place - places.data())].hidden = true;
    }
  }
}

void PlanTables::align() {
  auto of = [](const auto* item) -> const Address& { return item->address; };
  Walk wanted(wanted_, of);
  Walk last(last_, of);
  Walk rows(rows_, of);
  Walk objects(objects_, of);
  Walk changes(changes_, [this](std::size_t i) -> const Address& { return plan.changes[i].address; });
  place_of_change_.resize(plan.changes.size());
  places.reserve(std::max({wanted_.size(), rows_.size(), changes_.size()}));
  while (const auto* next = earliest(wanted, last, rows, objects, changes)) {
    Place place{.address = next};
    if (const auto found = wanted.take(*next); !found.empty()) place.wanted = found.front();
    if (const auto found = last.take(*next); !found.empty()) place.last = found.front();
    place.rows = rows.take(*next);
    place.objects = objects.take(*next);
    place.changes = changes.take(*next);
    for (const auto change : place.changes) {
      place_of_change_[change] = places.size();
      if (place.current == kNone && !plan.changes[change].deposed) place.current = change;
    }
    places.push_back(place);
  }
}

const PlanTables::Place* PlanTables::find(const Address& address) const {
  const auto at = std::lower_bound(places.begin(), places.end(), address,
                                   [](const Place& place, const Address& a) { return *place.address < a; });
  return at != places.end() && *at->address == address ? &*at : nullptr;
}

const RecordedResource* PlanTables::row_of(std::size_t change) const {
  const auto& rows = place_of(change).rows;
  const auto& id = plan.changes[change].id;
  const auto at = std::find_if(rows.begin(), rows.end(), [&](const auto* row) { return row->id == id; });
  return at != rows.end() ? *at : nullptr;
}

std::size_t PlanTables::current_change(const Address& address) const {
  const auto* place = find(address);
  return place != nullptr ? place->current : kNone;
}

PlanTables::Tasks PlanTables::tasks_of(const Address& service, std::string_view platform) const {
  Tasks out;
  const auto from = [&](const auto& items) {
    return std::partition_point(items.begin(), items.end(),
                                [&](const auto* item) { return item->address.owner() < service; });
  };
  const auto is_its = [&](const auto& items, auto at) {
    return at != items.end() && (*at)->address.owner() == service;
  };
  for (auto at = from(task_rows_); is_its(task_rows_, at); ++at) {
    if (is_orphan(**at)) {
      out.orphans.push_back((*at)->id);
    } else if ((*at)->platform == platform) {
      out.rows.push_back(*at);
    }
  }
  for (auto at = from(task_objects_); is_its(task_objects_, at); ++at)
    if ((*at)->platform.empty() || (*at)->platform == platform) out.observed.push_back(*at);
  std::sort(out.orphans.begin(), out.orphans.end());
  return out;
}

std::optional<TaskSet> PlanTables::wanted_set(const Change& change) const {
  const auto* place = find(change.address);
  const auto* wanted = place != nullptr ? place->wanted : nullptr;
  const bool stays = change.action != Action::destroy && change.action != Action::forget && !change.deposed;
  if (!stays || wanted == nullptr || wanted->platform != change.platform || input.destroy) return std::nullopt;
  return task_set_of(wanted->inputs);
}

bool PlanTables::is_on_unreachable_node(const RecordedResource& task) const {
  const auto& unreachable = input.observed.unreachable;
  if (unreachable.empty()) return false;
  const auto outputs = from_json(task.outputs);
  const auto* node = outputs ? (*outputs)["node"].string() : nullptr;
  return node != nullptr && std::any_of(unreachable.begin(), unreachable.end(), [&](const auto& one) {
           return one.node == *node && (one.platform.empty() || one.platform == task.platform);
         });
}

std::span<const std::size_t> PlanTables::changes_at(const Address& dependency) const {
  const auto at = std::lower_bound(owners_.begin(), owners_.end(), dependency,
                                   [](const OwnerChange* owner, const Address& a) { return owner->address < a; });
  if (at != owners_.end() && (*at)->address == dependency) return (*at)->changes;
  const auto* place = find(dependency);
  return place != nullptr ? place->changes : std::span<const std::size_t>();
}

}  // namespace infra
