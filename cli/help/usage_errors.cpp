#include "cli/help/usage_errors.h"

#include <CLI/CLI.hpp>

#include "base/diagnostics/diagnostic.h"
#include "cli/app.h"
#include "cli/help/command_habits.h"
#include "cli/help/usage_words.h"

namespace infra::cli {
namespace {

Error usage(std::string message, std::string help) {
  return {.code = "E0902", .message = std::move(message), .help = std::move(help), .context = {}};
}

std::string similar_command(const CLI::App& command, const std::string& word) {
  std::vector<std::string> names;
  for (const auto* below : subcommands_of(command)) names.push_back(below->get_name());
  return did_you_mean(word, names);
}

Error unknown_command(const CLI::App& command, const std::string& word) {
  const auto shown = full_name(command);
  const auto similar = similar_command(command, word);
  auto help = similar.empty() ? fmt::format("`{} --help` lists the commands", shown)
                              : fmt::format("did you mean `{} {}`?", shown, similar);
  const bool top = command.get_parent() == nullptr;
  if (const auto habit = top ? habit_of_command(word) : std::string(); !habit.empty()) help = habit;
  return usage(
      top ? fmt::format("there is no command `{}`", word) : fmt::format("`{}` has no command `{}`", shown, word),
      std::move(help));
}

std::string similar_option(const CLI::App& command, const std::string& word) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  // -out for --out
  const auto name = word.substr(0, word.find('='));
  return did_you_mean(name.starts_with("--") ? name : "-" + name, names);
}

Error unknown_option(const CLI::App& command, const std::string& word) {
  const auto shown = full_name(command);
  auto help = fmt::format("`{} --help` lists its options", shown);
  if (const auto habit = habit_of_option(word); !habit.empty()) {
    help = habit;
  } else if (const auto similar = similar_option(command, word); !similar.empty()) {
    help = fmt::format("did you mean `{}`?", similar);
  }
  return usage(fmt::format("`{}` has no option `{}`", shown, word), std::move(help));
}

Error too_much(const CLI::App& command, const std::string& word) {
  if (word.starts_with('-') && word.size() > 1) return unknown_option(command, word);
  if (!subcommands_of(command).empty()) return unknown_command(command, word);
  const auto shown = full_name(command);
  return usage(fmt::format("`{}` takes no argument `{}`", shown, word),
               fmt::format("`{} --help` says what it takes", shown));
}

// The subcommand that the words have led to.
const CLI::App& deepest(const CLI::App& app) {
  const auto* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return *at;
}

Error no_subcommand(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* below : subcommands_of(command)) names.push_back(below->get_name());
  return usage(fmt::format("`{}` needs one of its commands: {}", full_name(command), fmt::join(names, ", ")),
               fmt::format("`{} --help` says what they do", full_name(command)));
}

}  // namespace

Error usage_error(const CLI::App& app, const CLI::ParseError& refused) {
  const auto& command = deepest(app);
  // An option before the command, such as -chdir=app, ends the parsing of what follows it.
  const auto left = app.remaining(true);
  if (!left.empty()) return too_much(command, left.front());
  const bool lacks = dynamic_cast<const CLI::RequiredError*>(&refused) != nullptr;
  if (lacks && !subcommands_of(command).empty() && command.get_require_subcommand_min() > 0)
    return no_subcommand(command);
  const auto shown = full_name(command);
  return usage(fmt::format("`{}`: {}", shown, in_words(refused)), fmt::format("`{} --help` lists its options", shown));
}

}  // namespace infra::cli
