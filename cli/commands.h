// The commands of the program: one row each, one file each.
#pragma once
#include <CLI/App.hpp>
#include <functional>
#include <span>
#include <string_view>

namespace infra::cli {

// What the command line asked for, run after parsing has succeeded; its result is the exit code.
using Chosen = std::function<int()>;

struct Command {
  std::string_view name;
  std::string_view line;
  void (*add)(CLI::App& command, Chosen& chosen);  // declares the options and sets `chosen` when it is called
};

// In the order in which a newcomer needs them.
std::span<const Command> all_commands();

void add_init(CLI::App& command, Chosen& chosen);
void add_validate(CLI::App& command, Chosen& chosen);
void add_test(CLI::App& command, Chosen& chosen);
void add_fmt(CLI::App& command, Chosen& chosen);
void add_fix(CLI::App& command, Chosen& chosen);
void add_plan(CLI::App& command, Chosen& chosen);
void add_apply(CLI::App& command, Chosen& chosen);
void add_destroy(CLI::App& command, Chosen& chosen);
void add_watch(CLI::App& command, Chosen& chosen);
void add_allow(CLI::App& command, Chosen& chosen);
void add_output(CLI::App& command, Chosen& chosen);
void add_secret(CLI::App& command, Chosen& chosen);
void add_state_command(CLI::App& command, Chosen& chosen);
void add_show(CLI::App& command, Chosen& chosen);
void add_ps(CLI::App& command, Chosen& chosen);
void add_logs(CLI::App& command, Chosen& chosen);
void add_exec(CLI::App& command, Chosen& chosen);
void add_run(CLI::App& command, Chosen& chosen);
void add_events(CLI::App& command, Chosen& chosen);
void add_top(CLI::App& command, Chosen& chosen);
void add_drain(CLI::App& command, Chosen& chosen);
void add_undrain(CLI::App& command, Chosen& chosen);
void add_volume(CLI::App& command, Chosen& chosen);
void add_registry(CLI::App& command, Chosen& chosen);
void add_history(CLI::App& command, Chosen& chosen);
void add_diff(CLI::App& command, Chosen& chosen);
void add_rollback(CLI::App& command, Chosen& chosen);
void add_import(CLI::App& command, Chosen& chosen);
void add_import_from(CLI::App& import, Chosen& chosen);  // its forms compose and ecs
void add_graph(CLI::App& command, Chosen& chosen);
void add_console(CLI::App& command, Chosen& chosen);
void add_doctor(CLI::App& command, Chosen& chosen);
void add_lsp(CLI::App& command, Chosen& chosen);
void add_explain(CLI::App& command, Chosen& chosen);
void add_docs(CLI::App& command, Chosen& chosen);
void add_completion(CLI::App& command, Chosen& chosen);
void add_help(CLI::App& command, Chosen& chosen);
void add_version(CLI::App& command, Chosen& chosen);

}  // namespace infra::cli
