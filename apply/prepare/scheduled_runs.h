// Jobs with a `schedule`. Nobody waits for their runs: a run is made when its time has come, by a loop's pass, as a
// part of its job ("job.backup/1764385200"); a later pass records how it ended. What is recorded of runs is no business
// of a plan but for those that are too old to be kept: they go when the next one begins.
#pragma once
#include <optional>
#include <set>
#include <vector>

#include "apply/session.h"

namespace infra {

// Looks at recorded runs that go on, and lets `observed` say how they are. Their platforms stop those that take too
// long or of which one container has ended.
Result<Ok> look_at_scheduled_runs(const std::map<std::string, std::unique_ptr<Provider>>& providers,
                                  const Snapshot& state, Observation& observed);

struct ScheduledRuns {
  std::vector<Noting> notes;          // what became due, what has ended
  std::vector<LoweredResource> jobs;  // as they are declared, taken out of what was lowered
  std::set<Address> kept;             // recorded runs that the plan is not about
};

// Puts runs that are due by `due_until` in the place of their jobs. Without it (nobody but a loop runs them) nothing
// becomes due, and nothing is noted.
ScheduledRuns schedule_runs(const std::optional<UtcMoment>& due_until, const Snapshot& state,
                            const Observation& observed, LoweredGraph& lowered);

// What is recorded and seen of some addresses, out of the way of a plan until put_back().
class SetAside {
 public:
  SetAside() = default;
  SetAside(const std::set<Address>& addresses, Snapshot& state, Observation& observed);
  void put_back(Snapshot& state, Observation& observed);

 private:
  std::vector<RecordedResource> rows_;
  std::vector<ObservedObject> objects_;
};

}  // namespace infra
