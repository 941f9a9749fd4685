#include <CLI/CLI.hpp>
#include <exception>
#include <sstream>

#include "cli/app.h"
#include "cli/crash.h"
#include "cli/help/complete.h"
#include "cli/help/usage_errors.h"
#include "cli/terminal/console.h"
#include "cli/terminal/signals.h"

namespace infra::cli {
namespace {

int parse_and_run(int argc, char** argv, const Console& console) {
  if (argc > 1 && std::string_view(argv[1]) == "complete") return print_candidates({argv + 2, argv + argc});
  CLI::App app{std::string(kAbout), "infra"};
  Chosen chosen;
  build_app(app, chosen, console.help_width());
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    std::ostringstream text;
    const int code = app.exit(asked, text, text);
    console.data(text.str());
    return code;
  } catch (const CLI::ParseError& error) {
    return console.fail(usage_error(app, error));
  }
  if (!chosen) console.print(app.help());  // nothing was asked for
  const int code = chosen ? chosen() : 0;
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
