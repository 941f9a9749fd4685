// A stack applied to nothing: what its outputs become in a world that is made for this and thrown away.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "apply/session.h"

namespace infra {

struct DryRun {
  std::map<std::string, Value> outputs;  // as recorded: a secret is its hash
  Diagnostics diagnostics;               // of lowering and planning
  std::vector<Error> errors;             // the world's
  [[nodiscard]] bool ok() const { return !diagnostics.has_errors() && errors.empty(); }
};

// Lowers, plans and executes. `session`'s store is empty and its platforms are make-believe ones, else the world would
// be changed; its params aren't looked at, since the graph is compiled already.
DryRun dry_run(const Graph& graph, const Session& session);

}  // namespace infra
