// What somebody changed outside: what the API shows, compared with what was recorded.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/values/value.h"

namespace infra::aws {

// An input that isn't as recorded any more.
struct Drift {
  std::string input;
  std::string said = {};  // what is known of it: "it runs web:19, which user/ci registered"
  // As ObservedObject::changed has it: "task_definition (it runs …)".
  [[nodiscard]] std::string text() const { return said.empty() ? input : input + " (" + said + ")"; }
};

// Is `live` what `recorded` asks for? Members that weren't asked for don't count: AWS fills them in. Lists are sets
// here, and where one thing was asked for and there are several, it is enough that it is among them. A number is the
// same as its text, since XML knows only texts.
bool holds(const Value& recorded, const Value& live);

// Of what is imported: what was asked for, with what is live in place of what isn't known yet. nullopt: it isn't so.
std::optional<Value> as_asked(const Value& asked, const Value& live);

// Which of the inputs in `live` aren't as recorded. A secret isn't compared, and what wasn't stated (null) only if it
// is in `whole`: then there must be nothing.
std::vector<Drift> drift_between(const Value& recorded_inputs, const Map& live, const std::set<std::string>& whole);

// What a run has seen to be changed, for the update that puts it right: by the object's id.
using DriftedInputs = std::map<std::string, std::set<std::string>>;

}  // namespace infra::aws
