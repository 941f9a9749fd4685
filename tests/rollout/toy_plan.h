// A deployment from what is seen, as a planner would make it.
#pragma once
#include <set>
#include <vector>

#include "planner/rollout/next_moves.h"
#include "tests/rollout/option_words.h"

namespace infra::test {

std::string revision_name(int revision);
std::string node_name(int node);
int node_number(const std::string& name);
Address copy_address(int number);

struct Wish {
  int revision = 0, complete = -1, desired = 0;
};
Deployment toy_plan(const WorldOptions& options, const Wish& wish, const std::vector<SeenTask>& seen,
                    const std::set<int>& silent, Moment now);

}  // namespace infra::test
