#include <CLI/CLI.hpp>
#include <exception>

#include "base/diagnostic.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/exit_code.h"

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

std::string similar_command(const std::string& word) {
  std::vector<std::string> names;
  for (const auto& command : all_commands()) names.emplace_back(command.name);
  return did_you_mean(word, names);
}

Error unknown_command(const std::string& word) {
  const std::string similar = similar_command(word);
  return {
      .code = "E0902",
      .message = fmt::format("there is no command `{}`", word),
      .help = similar.empty() ? "`infra --help` lists the commands" : fmt::format("did you mean `infra {}`?", similar),
      .context = {}};
}

// The words of the library that parses are about its own things ("subcommand"); ours are about the user's.
Error usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const auto given = app.get_subcommands();
  if (given.empty() && argc > 1 && argv[1][0] != '-') return unknown_command(argv[1]);
  const std::string command = given.empty() ? "infra" : "infra " + given.front()->get_name();
  if (given.empty() && argc <= 1) {
    return {.code = "E0902", .message = "no command given", .help = "`infra --help` lists the commands", .context = {}};
  }
  return {.code = "E0902",
          .message = error.what(),
          .help = fmt::format("`{} --help` lists its options", command),
          .context = {}};
}

int parse_and_run(int argc, char** argv, const Console& console) {
  CLI::App app{std::string(kAbout), "infra"};
  Chosen chosen;
  build(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    return console.fail(usage_error(app, error, argc, argv));
  }
  const int code = chosen();
  if (auto written = flush_stdout(); !written) {
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
  const Console console(first_look(argc, argv));
  try {
    return parse_and_run(argc, argv, console);
  } catch (const std::exception& bug) {
    return console.fail(
        {.code = "E0999",
         .message = std::string("internal error: ") + bug.what(),
         .help = "this is a bug of infra; what was applied so far is recorded, so a second run goes on from there",
         .context = {}});
  }
}
