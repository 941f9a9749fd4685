// What `apply` and `destroy` have in common: show, ask, lock, look again, execute, report.
#pragma once
#include <string>

#include "cli/options.h"

namespace infra::cli {

struct ChangeOptions {
  StackOptions stack;
  RunOptions run;
  bool destroy = false;
  bool yes = false;
  std::string plan_file;  // of `apply FILE`; see saved_plan.h
};

// Returns the exit code.
int run_change(const ChangeOptions& options);

}  // namespace infra::cli
