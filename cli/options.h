// The options that several commands share, declared once so that they mean the same everywhere.
#pragma once
#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"

namespace infra::cli {

// Where a stack is, and the values of its params.
struct StackOptions {
  LookOptions look;
  std::string folder = ".";
  std::vector<std::string> set;     // "k=v"
  std::vector<std::string> values;  // files
  std::vector<std::string> secret;  // "k=env:NAME|file:PATH|-"
  std::string state;                // empty: FOLDER/.infra/state.db
};

// What a run covers, and how.
struct RunOptions {
  std::vector<std::string> targets;
  std::vector<std::string> replace;
  std::vector<std::string> exclude;
  bool refresh_only = false;
  int parallelism = 10;
  bool detail = false;
  std::chrono::milliseconds lock_timeout{0};  // how long to wait for others who change the same
};

void add_look(CLI::App& command, LookOptions& look);
void add_folder(CLI::App& command, std::string& folder);
void add_params(CLI::App& command, StackOptions& options);
void add_state(CLI::App& command, StackOptions& options);
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
