// A command that runs elsewhere, with this program's stdin, stdout and terminal: what `exec` and `run` share.
#pragma once
#include <functional>

#include "base/cancel.h"
#include "cli/terminal/console.h"
#include "providers/live.h"

namespace infra::cli {

// E0902 if a terminal is asked for and stdin is none.
Result<Ok> check_tty(bool tty);

// Runs it and returns its exit code; kInterrupted after Ctrl-C, kFailed with a message if it couldn't be run.
int run_here(const Console& console, bool tty,
             const std::function<Result<int>(const ExecStreams&, const Cancel&)>& command);

}  // namespace infra::cli
