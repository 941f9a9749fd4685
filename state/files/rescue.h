// What was done and couldn't be recorded, in a file of the stack's folder: `.infra/rescue-….json`.
#pragma once
#include <string>
#include <vector>

#include "state/store.h"

namespace infra {

// How one outside change ended: what follows in a batch on the end of its intent.
struct Outcome {
  std::string token;
  std::vector<Mutation> changes;  // only PutResource, DeposeResource, DropResource
};
struct Rescue {
  std::string lineage;
  std::string state;  // its name, for people
  std::vector<Outcome> outcomes;
};

// The rest of a batch is worked out anew by the next run: new intents were not begun, outputs follow from resources.
std::vector<Outcome> outcomes_of(const std::vector<Mutation>& batch);

struct OpenOutcomes {
  std::vector<Mutation> mutations;
  std::size_t outcomes = 0;
  [[nodiscard]] bool empty() const { return outcomes == 0; }
  [[nodiscard]] std::string words() const;  // "2 outcomes"
};
// Those whose intents still stand.
OpenOutcomes still_open(const std::vector<Outcome>& outcomes, const std::vector<Intent>& intents);

// Only the user may read it, and it is on the disk, when this returns its path.
Result<std::string> write_rescue(const std::string& folder, const Rescue& rescue);
std::vector<std::string> find_rescues(const std::string& folder);  // sorted
// E0502 if it isn't as it was written.
Result<Rescue> read_rescue(const std::string& path);
Result<Ok> remove_rescue(const std::string& path);

}  // namespace infra
