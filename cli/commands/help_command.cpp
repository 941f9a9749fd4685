#include <CLI/CLI.hpp>

#include "cli/app.h"
#include "cli/exit_code.h"
#include "cli/terminal/console.h"

namespace infra::cli {
namespace {

int help_on(const std::vector<std::string>& words) {
  const Console console({});
  CLI::App app{std::string(kAbout), "infra"};
  Chosen unused;
  build_app(app, unused, console.help_width());
  const auto command = find_command(app, words);
  if (!command) return console.fail(command.error());
  console.print((*command)->help());
  return kDone;
}

}  // namespace

void add_help(CLI::App& command, Chosen& chosen) {
  const auto words = std::make_shared<std::vector<std::string>>();
  command.add_option("COMMAND", *words, "The command, such as plan, or state mv")->type_name("[COMMAND]...");
  command.callback([words, &chosen] { chosen = [words] { return help_on(*words); }; });
}

}  // namespace infra::cli
