// From a plan to the lease that it needs, and on to the plan that is carried out under it.
#pragma once
#include <chrono>
#include <functional>

#include "apply/session.h"

namespace infra {

// Everything that the plan changes, exclusively, and what that depends on, shared; with it what a killed run left
// behind. Past some thousands it is everything.
LeaseScope scope_of(const Prepared& prepared);
bool covers(const LeaseScope& lease, const LeaseScope& wanted);

struct LeaseWish {
  std::chrono::milliseconds timeout{0};                  // how long to wait for somebody else; 0: not at all
  std::function<void(const std::string&)> waiting = {};  // told once, who is waited for
};

// E0501 names who has it, once `wish.timeout` is over.
Result<std::unique_ptr<StateLock>> take_lease(Store& store, const LockHolder& me, const LeaseScope& scope,
                                              const LeaseWish& wish, const Cancel& cancel);

// A lease, and a plan that was made, or is still true, under it. The lease is given back before the rest is.
struct LeasedRun {
  Prepared prepared;
  std::unique_ptr<StateLock> lock;
};
// `first` is the plan that was made without a lease. If nothing has changed since, it stands; else a new one is made
// under the lease, and if that needs more than the lease covers, a wider lease is taken first. The result may hold
// errors of that (Prepared::ok()).
Result<LeasedRun> lease_and_prepare(const Session& session, const PlanRequest& request, const LeaseWish& wish,
                                    const Cancel& cancel, Prepared first);

}  // namespace infra
