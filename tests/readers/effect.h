// What becomes of a stack, and what is different between two.
#pragma once
#include <string>

#include "planner/planner.h"

namespace infra::testing {

struct Outcome {
  bool good = false;
  bool refused = false;  // something in it isn't for this platform
  std::string problems;  // one a line
  LoweredGraph lowered;
};

Outcome outcome_of(const std::string& stack, const Platforms& platforms);

enum class Difference { none, order, content };
// `order`: only what waits for what.
Difference difference(const LoweredGraph& a, const LoweredGraph& b);

}  // namespace infra::testing
