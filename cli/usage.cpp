#include "cli/usage.h"

#include <CLI/CLI.hpp>

#include "base/diagnostic.h"
#include "cli/commands.h"

namespace infra::cli {
namespace {

Error usage(std::string message, std::string help) {
  return {.code = "E0902", .message = std::move(message), .help = std::move(help), .context = {}};
}

Error unknown_command(const std::string& word) {
  std::vector<std::string> names;
  for (const auto& command : all_commands()) names.emplace_back(command.name);
  const auto similar = did_you_mean(word, names);
  return usage(fmt::format("there is no command `{}`", word), similar.empty()
                                                                  ? "`infra --help` lists the commands"
                                                                  : fmt::format("did you mean `infra {}`?", similar));
}

std::string similar_option(const CLI::App& command, const std::string& word) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return did_you_mean(word, names);
}

Error too_much(const CLI::App& command, const std::string& shown, const std::string& word) {
  if (!word.starts_with('-')) {
    return usage(fmt::format("`{}` doesn't know what to do with `{}`", shown, word),
                 fmt::format("`{} --help` says what it takes", shown));
  }
  const auto similar = similar_option(command, word);
  return usage(fmt::format("`{}` has no option `{}`", shown, word),
               similar.empty() ? fmt::format("`{} --help` lists its options", shown)
                               : fmt::format("did you mean `{}`?", similar));
}

}  // namespace

Error usage_error(const CLI::App& app, const CLI::ParseError& refused, const std::vector<std::string>& words) {
  const auto given = app.get_subcommands();
  if (given.empty()) {
    if (words.empty()) return usage("no command given", "`infra --help` lists the commands");
    return words[0].starts_with('-') ? too_much(app, "infra", words[0]) : unknown_command(words[0]);
  }
  const auto& command = *given.front();
  const auto shown = "infra " + command.get_name();
  const auto left = app.remaining(true);
  if (!left.empty()) return too_much(command, shown, left.front());
  return usage(fmt::format("`{}`: {}", shown, refused.what()), fmt::format("`{} --help` lists its options", shown));
}

}  // namespace infra::cli
