// What every check reads. What several of them ask about is read from the graph once, not once a check: an editor waits
// for all of them at each keystroke.
#pragma once
#include <unordered_map>
#include <vector>

#include "base/values/platform_table.h"
#include "compiler/checks.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"
#include "compiler/graph.h"

namespace infra::checks {

struct CheckInput {
  CheckInput(const Graph& read, const Unit& source, const PlatformTable& known);

  const Graph& graph;
  const Unit& stack;
  const PlatformTable& platforms;
  std::vector<Use> uses;  // see uses_of
  // See written_parts; empty for a resource of another graph.
  [[nodiscard]] const std::vector<Part>& parts(const Resource& resource) const;

 private:
  std::unordered_map<const Resource*, std::vector<Part>> parts_;
};

}  // namespace infra::checks
