// The words and signs for steps that all sinks share.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "apply/execute/events.h"

namespace infra::cli {

std::string_view symbol(Step::Kind kind);  // "+", as in the plan
std::string_view action(Step::Kind kind);  // "create"
std::string_view doing(Step::Kind kind);   // "creating"
std::string_view done(Step::Kind kind);    // "created"

// "0.3s", "12.5s", "2m05s", "1h02m"
std::string format_elapsed(std::chrono::milliseconds time);

// Columns that a text takes on a terminal.
std::size_t columns_of(std::string_view text);
// Cut to so many columns, the last one "…". `middle`: what is cut out is in the middle, for addresses, whose end tells
// as much as their beginning.
std::string fit_to_columns(std::string_view text, std::size_t columns, bool middle = false);

// "Done: 12 succeeded in 3.2s." / "Failed: 10 succeeded, 1 failed, 1 skipped in 3.2s."
std::string closing_line(const ApplyDone& event, bool interrupted);
// "stopping: 2 changes finish; press Ctrl-C again to abort them"
std::string stopping_line(const Draining& event);

}  // namespace infra::cli
