#include <CLI/CLI.hpp>
#include <exception>
#include <sstream>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/crash.h"
#include "cli/signals.h"
#include "cli/usage.h"

namespace infra::cli {
namespace {

constexpr std::string_view kAbout = "infra: from a file to running containers, and kept that way";

void build(CLI::App& app, Chosen& chosen) {
  app.require_subcommand(1);
  app.set_version_flag("--version", "infra " INFRA_VERSION, "Print the version");
  app.set_help_flag("-h,--help", "Print this help");
  app.get_formatter()->column_width(34);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.get_formatter()->label("Subcommands", "Commands");
  app.footer("\"infra COMMAND --help\" says more. DIR is the current folder unless given.");
  for (const auto& command : all_commands()) {
    command.add(*app.add_subcommand(std::string(command.name), std::string(command.line)), chosen);
  }
}

int parse_and_run(int argc, char** argv, const Console& console) {
  CLI::App app{std::string(kAbout), "infra"};
  Chosen chosen;
  build(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    std::ostringstream text;
    const int code = app.exit(asked, text, text);
    console.data(text.str());
    return code;
  } catch (const CLI::ParseError& error) {
    return console.fail(usage_error(app, error, {argv + 1, argv + argc}));
  }
  const int code = chosen();
  if (auto written = flush_stdout(); !written && !reader_is_gone()) {
    return console.fail(written.error());
  }
  return code;
}

// Before the command line is understood, and when nothing else is left: was JSON asked for?
LookOptions first_look(int argc, char** argv) {
  LookOptions look;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    look.json = look.json || word == "--json";
    look.no_color = look.no_color || word == "--no-color";
  }
  return look;
}

}  // namespace
}  // namespace infra::cli

int main(int argc, char** argv) {
  using namespace infra::cli;
  guard_against_crashes();
  const Console console(first_look(argc, argv));
  try {
    return parse_and_run(argc, argv, console);
  } catch (const std::exception& bug) {
    return console.fail(internal_error(bug));
  }
}
