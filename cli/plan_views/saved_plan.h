// `infra plan --out FILE`, and `infra apply FILE`, which does what that plan said or refuses.
#pragma once
#include <string>

#include "apply/session.h"
#include "cli/change.h"
#include "cli/shared_options.h"
#include "cli/terminal/console.h"

namespace infra::cli {

// Of a prepared run without errors.
Result<Ok> save_plan(const std::string& path, const StackOptions& stack, const Session& session,
                     const PlanRequest& request, const Prepared& prepared, std::uint64_t revision);

// Prints a saved plan as it was shown when it was saved. Returns the exit code.
int show_saved_plan(const Console& console, const std::string& path, const StackOptions& stack);

// Returns the exit code.
int run_saved_plan(const ChangeOptions& options);

}  // namespace infra::cli
