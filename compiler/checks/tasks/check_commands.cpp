#include <fmt/format.h>

#include <algorithm>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"
#include "compiler/checks/tasks/check_argv.h"

namespace infra::checks {
namespace {

// A list of words in a container, and how certain it is that its first one is the program.
struct Command {
  const Resource& task;
  std::string container;
  std::string path;  // "container.web.health.command"
  std::string_view attribute;
  Argv argv;
  bool first_is_program;  // false: the image's own ENTRYPOINT gets the words, and may be a shell
  bool probe;             // a health check
};

Span place_of(const Command& command) { return command.task.place(command.path); }

std::string what(const Command& command) {
  return command.probe ? fmt::format("the health check of container `{}`", command.container)
                       : fmt::format("`{}` of container `{}`", command.attribute, command.container);
}

// The words as a shell would read them again.
std::string joined(const Argv& argv, std::size_t from = 0) {
  std::string out;
  for (std::size_t i = from; i < argv.size(); ++i) {
    const bool bare = is_operator(argv[i]) || argv[i].find_first_of(" \t\"'*?;&|<>()") == std::string::npos;
    out += (i > from ? " " : "") + (bare ? argv[i] : fmt::format("'{}'", argv[i]));
  }
  return out;
}

Diagnostic& add(const Command& command, bool error, std::string message, std::string label, std::string help,
                Diagnostics& diagnostics) {
  auto& diagnostic = error ? diagnostics.error("E0420", place_of(command), std::move(message), std::move(label))
                           : diagnostics.warning("E0420", place_of(command), std::move(message), std::move(label));
  diagnostic.help = std::move(help);
  return diagnostic;
}

// Compose and ECS begin the list with how it is to be run; here it is always run as it is.
bool check_form(const Command& command, Diagnostics& diagnostics) {
  const auto& first = command.argv.front();
  if (!command.probe || (first != "CMD" && first != "CMD-SHELL" && first != "NONE")) return false;
  if (first == "NONE") {
    add(command, true, fmt::format("{} is NONE, and there is no such program", what(command)), "another tool's word",
        "leave the `health` block out", diagnostics);
    return true;
  }
  const bool shell = first == "CMD-SHELL";
  const Argv rest(command.argv.begin() + 1, command.argv.end());
  std::string better;
  if (shell) better = in_shell(joined(rest).empty() ? "" : rest.size() == 1 ? rest.front() : joined(rest));
  if (!shell) {
    for (const auto& word : rest) better += (better.empty() ? "[" : ", ") + to_source(Value(word));
    better = better.empty() ? "" : better + "]";
  }
  auto& diagnostic =
      add(command, true, fmt::format("{} begins with {}, and there is no such program", what(command), first),
          "another tool's word", better.empty() ? "name a program" : fmt::format("write {}", better), diagnostics);
  if (!better.empty()) diagnostic.fixes.push_back({place_of(command), better});
  return true;
}

// One word with everything in it: no program has that name.
bool check_line(const Command& command, Diagnostics& diagnostics) {
  const auto& first = command.argv.front();
  if (command.argv.size() != 1 || !is_command_line(first)) return false;
  auto better = in_shell(first);
  auto& diagnostic =
      add(command, command.first_is_program,
          fmt::format("{} is one word with blanks in it, and no program is called so", what(command)), "one word",
          command.first_is_program
              ? fmt::format("let a shell part it: {}; or write a list of words", better)
              : fmt::format("write a list of words, or {}; it is right only if the image's own entrypoint is "
                            "a shell that reads it",
                            better),
          diagnostics);
  diagnostic.fixes.push_back({place_of(command), better});
  return true;
}

bool check_operators(const Command& command, Diagnostics& diagnostics) {
  const auto& argv = command.argv;
  if (reads_operators(argv) || is_shell(argv)) return false;
  const auto at = std::find_if(argv.begin() + 1, argv.end(), [](const std::string& word) { return is_operator(word); });
  if (at == argv.end()) return false;
  const auto better = in_shell(joined(argv));
  auto& diagnostic = add(command, command.probe,
                         fmt::format("{} hands {} to `{}` as an argument: no shell reads it", what(command),
                                     to_source(Value(*at)), program_of(argv.front())),
                         "without a shell", fmt::format("let a shell read it: {}", better), diagnostics);
  diagnostic.fixes.push_back({place_of(command), better});
  return true;
}

// `sh -c` reads one word; those behind it are $0, $1 …
bool check_split_script(const Command& command, Diagnostics& diagnostics) {
  const auto at = script_of(command.argv);
  if (at == std::string::npos || at + 1 >= command.argv.size()) return false;
  const auto& script = command.argv[at];
  if (script.find('$') != std::string::npos || script.find(' ') != std::string::npos) return false;
  const auto better = in_shell(joined(command.argv, at));
  auto& diagnostic =
      add(command, false,
          fmt::format("{} runs `{}` without arguments: a shell reads one word behind -c", what(command), script),
          fmt::format("{} is only $0", to_source(Value(command.argv[at + 1]))),
          fmt::format("make it one word: {}", better), diagnostics);
  diagnostic.fixes.push_back({place_of(command), better});
  return true;
}

// "--port 8080" is one argument that no program knows.
bool check_flags(const Command& command, Diagnostics& diagnostics) {
  if (is_shell(command.argv)) return false;
  for (const auto& word : command.argv) {
    const auto blank = word.find(' ');
    if (!word.starts_with('-') || word.size() < 2 || blank == std::string::npos || word.find('=') < blank) continue;
    add(command, false,
        fmt::format("{} has {} as one word: it is one argument with a blank in it", what(command),
                    to_source(Value(word))),
        "one word",
        fmt::format("write two: {}, {}", to_source(Value(word.substr(0, blank))),
                    to_source(Value(word.substr(blank + 1)))),
        diagnostics);
    return true;
  }
  return false;
}

void check_variables(const Command& command, Diagnostics& diagnostics) {
  if (is_shell(command.argv) || reads_operators(command.argv)) return;
  for (const auto& word : command.argv) {
    const auto variable = shell_variable(word);
    if (variable.empty()) continue;
    const bool entry = !command.first_is_program;
    add(command, false, fmt::format("{} in {} isn't expanded: no shell reads it", variable, what(command)),
        "stays as it is",
        fmt::format("let a shell read it, {}{}", in_shell("…"),
                    entry ? "; or the image's entrypoint replaces it" : ", or put the value in here"),
        diagnostics);
    return;
  }
}

void check_quotes(const Command& command, Diagnostics& diagnostics) {
  if (is_shell(command.argv)) return;
  for (const auto& word : command.argv) {
    const bool quoted = word.size() > 2 && word.front() == word.back() && (word.front() == '\'' || word.front() == '"');
    if (!quoted) continue;
    const auto inner = word.substr(1, word.size() - 2);
    add(command, false,
        fmt::format("{} hands {} on with its quotes: no shell takes them off", what(command), to_source(Value(word))),
        "quotes inside of the word", fmt::format("write {}", to_source(Value(inner))), diagnostics);
    return;
  }
}

void check_command(const Command& command, Diagnostics& diagnostics) {
  if (check_form(command, diagnostics) || check_line(command, diagnostics) || check_operators(command, diagnostics) ||
      check_split_script(command, diagnostics) || check_flags(command, diagnostics))
    return;
  check_variables(command, diagnostics);
  check_quotes(command, diagnostics);
}

}  // namespace

void commands(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& task : input.graph.resources) {
    const auto* containers = task.address.kind == "task" ? task.config["container"].map() : nullptr;
    for (const auto& [label, container] : containers != nullptr ? *containers : Map()) {
      const auto entrypoint = argv_of(container["entrypoint"]);
      const auto check = [&](const std::string& name, std::string_view attribute, const std::string& path,
                             const Value& value, bool program, bool probe) {
        if (auto argv = argv_of(value))
          check_command({task, name, container_path(name) + path, attribute, *std::move(argv), program, probe},
                        diagnostics);
      };
      check(label, "entrypoint", "entrypoint", container["entrypoint"], true, false);
      // Behind an entrypoint the command's words are its arguments: a shell there reads them.
      if (!entrypoint) check(label, "command", "command", container["command"], false, false);
      check(label, "command", "health.command", container["health"]["command"], true, true);
    }
  }
}

}  // namespace infra::checks
