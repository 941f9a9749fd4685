#include "cli/shared_options.h"

#include <CLI/CLI.hpp>

#include "base/text/units.h"
#include "cli/terminal/console.h"
#include "workspace/stack_folder.h"
#include "workspace/watched.h"

namespace infra::cli {
namespace {

// One value for each time that the option stands: CLI11 would otherwise take the folder behind it as one more value.
void repeated(CLI::App& command, const std::string& name, std::vector<std::string>& into, const std::string& text,
              const std::string& value) {
  command.add_option(name, into, text)->type_name(value)->allow_extra_args(false);
}

}  // namespace

void add_look(CLI::App& command, LookOptions& look) {
  command.add_flag("--json", look.json, "Print JSON");
  command.add_flag("--no-color", look.no_color, "Plain text; so does the variable NO_COLOR");
}

namespace {

void fall_back_to_nearest(CLI::App& command, const CLI::Option* given, std::string& folder) {
  command.parse_complete_callback([given, &folder] {
    if (given->count() == 0) folder = nearest_stack();
  });
}

}  // namespace

void add_folder(CLI::App& command, std::string& folder) {
  fall_back_to_nearest(command, command.add_option("DIR", folder, "The stack's folder")->type_name(""), folder);
}

void add_dir(CLI::App& command, std::string& folder) {
  fall_back_to_nearest(command, command.add_option("--dir", folder, "The stack's folder")->type_name("DIR"), folder);
}

void add_environment(CLI::App& command, StackOptions& options) {
  if (command.get_option_no_throw("--env") != nullptr) return;
  command.add_option("--env", options.env, "The environment, declared as `env NAME { }`; also INFRA_ENV")
      ->type_name("NAME");
}

int in_environment(StackOptions& stack, EnvironmentUse use, const std::function<int()>& run) {
  stack.state_exists = !stack.state.empty();  // as it was typed
  if (auto chosen = choose_environment(stack, use); !chosen) return Console(stack.look).fail(chosen.error());
  if (use == EnvironmentUse::required) {
    if (auto found = find_watched_state(stack); !found) return Console(stack.look).fail(found.error());
  }
  return run();
}

void when_called(CLI::App& command, std::function<int()>& chosen, StackOptions& stack, EnvironmentUse use,
                 std::function<int()> run) {
  command.callback([&stack, use, run = std::move(run), &chosen] {
    chosen = [&stack, use, run] { return in_environment(stack, use, run); };
  });
}

void add_params(CLI::App& command, StackOptions& options) {
  add_environment(command, options);
  repeated(command, "--set", options.set, "A param's value; also the variable INFRA_PARAM_NAME", "NAME=VALUE");
  repeated(command, "--values", options.values,
           "Values of params: JSON, or lines `name = value`; of the stack's folder also by name", "FILE");
  repeated(command, "--secret", options.secret, "A secret param's value: env:VARIABLE, file:PATH, or - to type it",
           "NAME=FROM");
}

void add_state(CLI::App& command, StackOptions& options) {
  add_environment(command, options);
  command
      .add_option("--state", options.state, "The state: a file or postgres://…; also INFRA_STATE [DIR/.infra/state.db]")
      ->type_name("PLACE");
}

void add_stack(CLI::App& command, StackOptions& options) {
  add_folder(command, options.folder);
  add_look(command, options.look);
  add_params(command, options);
  add_state(command, options);
}

void add_targets(CLI::App& command, RunOptions& options) {
  repeated(command, "--target", options.targets,
           "Only this declaration and what it needs, e.g. service.api; may be repeated", "ADDRESS");
}

void add_plan_options(CLI::App& command, RunOptions& options) {
  repeated(command, "--replace", options.replace, "Replace this, even if nothing changed; may be repeated", "ADDRESS");
  repeated(command, "--exclude", options.exclude, "Leave this alone, and what can't change without it; may be repeated",
           "ADDRESS");
  command.add_flag("--refresh-only", options.refresh_only,
                   "Only let the record say what was found: vanished objects, new outputs; changes nothing else");
}

void add_parallelism(CLI::App& command, int& parallelism) {
  command
      .add_option("--parallelism", parallelism,
                  "How many changes may run at once [10]; ten times as many tasks may be stopped")
      ->type_name("N")
      ->check(CLI::Range(1, 512));
}

void add_lock_timeout(CLI::App& command, RunOptions& options) {
  const auto check = [](const std::string& text) {
    const auto duration = parse_duration(text);
    return duration && duration->ms >= 0 ? std::string() : "write a duration like 30s or 5m";
  };
  command
      .add_option_function<std::string>(
          "--lock-timeout",
          [&options](const std::string& text) {
            options.lock_timeout = std::chrono::milliseconds(parse_duration(text)->ms);
          },
          "How long to wait for another run that changes the same [0s]")
      ->type_name("TIME")
      ->check(check);
}

void add_detail(CLI::App& command, RunOptions& options) {
  command.add_flag("--detail", options.detail, "Also show the containers, networks … below each declaration");
}

std::optional<Error> contradiction(const RunOptions& options, bool destroy) {
  if (!options.refresh_only || (options.replace.empty() && !destroy)) return std::nullopt;
  return Error{.code = "E0902",
               .message = fmt::format("--refresh-only changes nothing outside, and {} would",
                                      destroy ? "--destroy" : "--replace"),
               .help = "leave out one of them",
               .context = {}};
}

}  // namespace infra::cli
