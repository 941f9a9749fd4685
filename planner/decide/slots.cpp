#include "planner/decide/slots.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "planner/decide/orphan.h"
#include "planner/rollout/owners_of_sets.h"

namespace infra {
namespace {

template <class T, class Less>
std::vector<const T*> sorted(const std::vector<T>& items, Less less) {
  std::vector<const T*> out;
  out.reserve(items.size());
  for (const auto& item : items) out.push_back(&item);
  auto before = [&](const T* a, const T* b) { return less(*a, *b); };
  if (!std::is_sorted(out.begin(), out.end(), before)) std::stable_sort(out.begin(), out.end(), before);
  return out;
}

bool earlier_owner(const Address& a, const Address& b) { return std::tie(a.kind, a.path) < std::tie(b.kind, b.path); }

using OwnerOnPlatform = std::tuple<const Address&, const std::string&>;

// Tasks by their service and its platform: while one moves there are tasks on both.
struct InOrder {
  template <class T>
  bool operator()(const T* a, const T* b) const {
    return key(*a) < key(*b);
  }
  template <class T>
  bool operator()(const T* a, const OwnerOnPlatform& b) const {
    return key(*a) < key(std::get<0>(b), std::get<1>(b));
  }
  template <class T>
  bool operator()(const OwnerOnPlatform& a, const T* b) const {
    return key(std::get<0>(a), std::get<1>(a)) < key(*b);
  }

 private:
  template <class T>
  static auto key(const T& item) {
    return key(item.address, item.platform);
  }
  static std::tuple<const std::string&, const std::string&, const std::string&> key(const Address& address,
                                                                                    const std::string& platform) {
    return {address.kind, address.path, platform};
  }
};

// Within a service and platform the order by address stays.
template <class T>
void sort_by_platform(std::vector<const T*>& tasks) {
  if (!std::is_sorted(tasks.begin(), tasks.end(), InOrder())) std::stable_sort(tasks.begin(), tasks.end(), InOrder());
}

// Takes what stands at `address` off the front of a sorted list.
template <class T>
std::span<const T* const> take(const std::vector<const T*>& items, std::size_t& at, const Address& address) {
  const auto begin = at;
  while (at < items.size() && items[at]->address == address) ++at;
  return std::span(items).subspan(begin, at - begin);
}

// What was orphaned isn't ours any more, though its labels still say so: a service may only take it back as it is.
std::set<std::string_view> take_orphans(std::vector<const RecordedResource*>& rows) {
  std::set<std::string_view> ids;
  for (const auto* row : rows) {
    if (is_orphan(*row)) ids.insert(row->id);
  }
  std::erase_if(rows, [&](const auto* row) { return ids.contains(row->id); });
  return ids;
}

}  // namespace

const ObservedObject* Slot::object(const std::string& id) const {
  const auto at = std::find_if(observed.begin(), observed.end(), [&](const ObservedObject* o) { return o->id == id; });
  return at != observed.end() ? *at : nullptr;
}

Slots::Slots(const PlanInput& input) {
  wanted_ = sorted(input.desired.resources, [](const auto& a, const auto& b) { return a.address < b.address; });
  rows_ = sorted(input.state.resources, [](const auto& a, const auto& b) {
    return std::tie(a.address, a.deposed, a.id) < std::tie(b.address, b.deposed, b.id);
  });
  objects_ = sorted(input.observed.objects,
                    [](const auto& a, const auto& b) { return std::tie(a.address, a.id) < std::tie(b.address, b.id); });
  for (const auto& last : input.last_runs) last_.push_back(&last.run);
  std::sort(last_.begin(), last_.end(), [](const auto* a, const auto* b) { return a->address < b->address; });
  const auto sets = owners_of_sets(wanted_, rows_);
  task_rows_ = take_tasks(rows_, sets);
  task_objects_ = take_tasks(objects_, sets);
  orphans_ = take_orphans(task_rows_);
  sort_by_platform(task_rows_);
  sort_by_platform(task_objects_);
  align(input);
  hide(input.observed.unreachable);
}

TasksNow Slots::tasks_of(const Address& owner, const std::string& platform) const {
  const auto range = [&](const auto& items, const std::string& where) {
    const auto [begin, end] = std::equal_range(items.begin(), items.end(), std::tie(owner, where), InOrder());
    return std::span(begin, end);
  };
  auto seen = range(task_objects_, platform);
  if (seen.empty()) seen = range(task_objects_, {});  // there is one platform, and nobody said which
  return {.rows = range(task_rows_, platform), .observed = seen, .orphans = &orphans_};
}

void Slots::align(const PlanInput& input) {
  of_desired_.resize(wanted_.size());
  all.reserve(std::max(wanted_.size(), rows_.size()));
  for (std::size_t w = 0, r = 0, o = 0, l = 0;
       w < wanted_.size() || r < rows_.size() || o < objects_.size() || l < last_.size();) {
    const Address* next = nullptr;
    auto consider = [&](const Address& a) { next = next == nullptr || a < *next ? &a : next; };
    if (w < wanted_.size()) consider(wanted_[w]->address);
    if (r < rows_.size()) consider(rows_[r]->address);
    if (o < objects_.size()) consider(objects_[o]->address);
    if (l < last_.size()) consider(last_[l]->address);

    Slot slot{.address = next};
    const auto wanted = take(wanted_, w, *next);
    const auto rows = take(rows_, r, *next);
    slot.observed = take(objects_, o, *next);
    if (const auto last = take(last_, l, *next); !last.empty()) slot.last = last.front();
    if (!wanted.empty()) {
      slot.declared = wanted.front();
      if (!input.destroy) slot.want = slot.declared;
      of_desired_[static_cast<std::size_t>(slot.declared - input.desired.resources.data())] = all.size();
    }
    const bool current = !rows.empty() && !rows.front()->deposed;
    if (current) slot.row = rows.front();
    slot.deposed = rows.subspan(current ? 1 : 0);
    if (owners.empty() || earlier_owner(*owners.back().address, *next))
      owners.push_back({next, all.size(), all.size()});
    slot.owner = owners.size() - 1;
    all.push_back(slot);
    owners.back().end = all.size();
  }
}

void Slots::hide(const std::vector<Observation::Unreachable>& unreachable) {
  for (const auto& one : unreachable) {
    for (const auto& address : one.hidden) {
      if (const auto slot = find(address)) all[*slot].hidden = true;
    }
  }
}

std::optional<std::size_t> Slots::find(const Address& part) const {
  const auto at =
      std::lower_bound(all.begin(), all.end(), part, [](const Slot& s, const Address& a) { return *s.address < a; });
  if (at == all.end() || *at->address != part) return std::nullopt;
  return static_cast<std::size_t>(at - all.begin());
}

std::optional<std::size_t> Slots::find_owner(const Address& owner) const {
  const auto at = std::lower_bound(owners.begin(), owners.end(), owner,
                                   [](const OwnerSlots& o, const Address& a) { return earlier_owner(*o.address, a); });
  if (at == owners.end() || earlier_owner(owner, *at->address)) return std::nullopt;
  return static_cast<std::size_t>(at - owners.begin());
}

SlotRange Slots::range(const Address& dependency) const {
  if (dependency.is_owner()) {
    const auto owner = find_owner(dependency);
    return owner ? SlotRange{owners[*owner].begin, owners[*owner].end} : SlotRange{};
  }
  const auto slot = find(dependency);
  return slot ? SlotRange{*slot, *slot + 1} : SlotRange{};
}

}  // namespace infra
