#include "apply/lease.h"

#include <algorithm>
#include <thread>

namespace infra {
namespace {

constexpr std::size_t kMostItems = 5000;
constexpr std::chrono::milliseconds kBetweenAttempts{200};
// Others may change the stack again and again while this run tries: then it takes everything.
constexpr int kAttempts = 4;

class ScopeBuilder {
 public:
  void exclusive(const Address& address) { items_[address.owner().text()] = true; }
  void shared(const Address& address) { items_.emplace(address.owner().text(), false); }
  LeaseScope build() {
    if (items_.size() > kMostItems) return {};
    LeaseScope out{.everything = false};
    for (const auto& [address, exclusive] : items_) out.items.push_back({address, exclusive});
    return out;
  }

 private:
  std::map<std::string, bool> items_;
};

// Of a run that lives, which ends it itself.
bool is_under_way(const Snapshot& state, const Intent& intent) {
  return std::any_of(state.leases.begin(), state.leases.end(),
                     [&](const Lease& lease) { return lease.fence == intent.fence; });
}

// Nothing was recorded since, and there is nothing to settle.
Result<bool> still_true(const Session& session, const Prepared& first) {
  const auto& intents = first.state.intents;
  const bool dangling =
      std::any_of(intents.begin(), intents.end(), [&](const Intent& i) { return !is_under_way(first.state, i); });
  if (!first.settled.empty() || dangling) return false;
  auto now = session.store.version();
  if (!now) return std::move(now).error();
  return *now == StateVersion{first.state.lineage, first.state.serial};
}

}  // namespace

Result<std::unique_ptr<StateLock>> take_lease(Store& store, const LockHolder& me, const LeaseScope& scope,
                                              const LeaseWish& wish, const Cancel& cancel) {
  const auto until = std::chrono::steady_clock::now() + wish.timeout;
  bool told = false;
  for (;;) {
    auto lock = store.lock(me, scope);
    if (lock || lock.error().code != "E0501") return lock;
    if (cancel.draining() || std::chrono::steady_clock::now() >= until) return lock;
    if (!told && wish.waiting) wish.waiting(lock.error().message);
    told = true;
    std::this_thread::sleep_for(kBetweenAttempts);
  }
}

LeaseScope scope_of(const Prepared& prepared) {
  ScopeBuilder out;
  for (const auto& step : prepared.plan.steps) {
    const auto& change = prepared.plan.changes[step.change];
    out.exclusive(change.address);
    for (const auto& needed : change.depends_on) out.shared(needed);
  }
  for (const auto& intent : prepared.state.intents) {
    if (!is_under_way(prepared.state, intent)) out.exclusive(intent.address);
  }
  for (const auto& mutation : prepared.prelude) {
    if (const auto* put = std::get_if<PutResource>(&mutation)) out.exclusive(put->resource.address);
    if (const auto* drop = std::get_if<DropResource>(&mutation)) out.exclusive(drop->address);
  }
  return out.build();
}

bool covers(const LeaseScope& lease, const LeaseScope& wanted) {
  if (lease.everything || wanted.everything) return lease.everything;
  return std::all_of(wanted.items.begin(), wanted.items.end(), [&](const auto& item) {
    const auto at = std::lower_bound(lease.items.begin(), lease.items.end(), item.address,
                                     [](const auto& i, const auto& address) { return i.address < address; });
    return at != lease.items.end() && at->address == item.address && (at->exclusive || !item.exclusive);
  });
}

Result<LeasedRun> lease_and_prepare(const Session& session, const PlanRequest& request, const LeaseWish& wish,
                                    const Cancel& cancel, Prepared first) {
  LeasedRun out{.prepared = std::move(first), .lock = nullptr};
  for (int attempt = 0;; ++attempt) {
    const auto scope = attempt < kAttempts ? scope_of(out.prepared) : LeaseScope{};
    auto lock = take_lease(session.store, session.me, scope, wish, cancel);
    if (!lock) return std::move(lock).error();
    out.lock = *std::move(lock);
    auto standing = still_true(session, out.prepared);
    if (!standing) return std::move(standing).error();
    if (*standing) return out;
    out.prepared = prepare(session, request, true);
    if (!out.prepared.ok() || covers(scope, scope_of(out.prepared))) return out;
    out.lock.reset();
  }
}

}  // namespace infra
