// The options that several commands share, declared once so that they mean the same everywhere.
#pragma once
#include <CLI/App.hpp>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/terminal/console.h"
#include "workspace/environment.h"
#include "workspace/options.h"

namespace infra::cli {

void add_look(CLI::App& command, LookOptions& look);
void add_folder(CLI::App& command, std::string& folder);
// --dir, where the arguments are something else.
void add_dir(CLI::App& command, std::string& folder);
void add_params(CLI::App& command, StackOptions& options);
void add_state(CLI::App& command, StackOptions& options);
// --env; part of add_params and add_state.
void add_environment(CLI::App& command, StackOptions& options);
// Runs a command in the stack's environment, or says why that can't be. Returns the exit code.
int in_environment(StackOptions& stack, EnvironmentUse use, const std::function<int()>& run);
// The same as what a command does when it is called. `run` keeps alive what `stack` is part of.
void when_called(CLI::App& command, std::function<int()>& chosen, StackOptions& stack, EnvironmentUse use,
                 std::function<int()> run);
// All of the above.
void add_stack(CLI::App& command, StackOptions& options);
void add_targets(CLI::App& command, RunOptions& options);
// --replace, --exclude, --refresh-only
void add_plan_options(CLI::App& command, RunOptions& options);
// Options that can't stand together.
std::optional<Error> contradiction(const RunOptions& options, bool destroy);
void add_parallelism(CLI::App& command, int& parallelism);
void add_lock_timeout(CLI::App& command, RunOptions& options);
void add_detail(CLI::App& command, RunOptions& options);

}  // namespace infra::cli
