// A whole run: trouble, then calm, then the end that must come, then a day in which nothing may be done.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "tests/rollout/loop.h"
#include "tests/rollout/option_words.h"

namespace infra::test {

struct Outcome {
  std::string breach;  // empty: all held
  std::string log;     // if asked for
  std::string end;     // how the service is in the end: revision, copies, status
  int moves = 0;
  int looks = 0;
  Loop::Seen happened;
};

Outcome simulate(const WorldOptions& options, bool log = false);

// The smallest options in reach that still break, with what broke.
WorldOptions shrink(WorldOptions options);

}  // namespace infra::test
