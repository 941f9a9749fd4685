#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/read_file.h"
#include "base/text/text_diff.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/infra_files.h"
#include "cli/shared_options.h"
#include "cli/terminal/report.h"
#include "cli/write_file.h"
#include "grammar/format/format.h"

namespace infra::cli {
namespace {

struct FormatOptions {
  LookOptions look;
  std::vector<std::string> places = {"."};
  bool check = false;
  bool diff = false;
};

// What became of the files so far.
struct Outcome {
  SourceMap sources;
  Diagnostics diagnostics;
  std::vector<Error> errors;
  std::vector<std::string> changed;
  std::size_t looked_at = 0;
};

// The formatted text if it differs.
std::optional<std::string> changed_text(const std::string& name, const std::string& text, Outcome& outcome) {
  ++outcome.looked_at;
  const auto file = outcome.sources.add(name, text);
  auto formatted = format(outcome.sources, file, outcome.diagnostics);
  if (!formatted || *formatted == text) return std::nullopt;
  outcome.changed.push_back(name);
  return formatted;
}

void format_file(const std::string& path, const FormatOptions& options, const Console& console, Outcome& outcome) {
  const auto text = read_file(path, "E0003");
  if (!text) {
    outcome.errors.push_back(text.error());
    return;
  }
  const auto formatted = changed_text(path, *text, outcome);
  if (!formatted) return;
  if (options.diff && !console.json()) console.print(unified_diff(path, *text, *formatted));
  if (options.check) return;
  if (auto written = replace_file(path, *text, *formatted); !written) {
    outcome.errors.push_back(written.error());
    outcome.changed.pop_back();
  }
}

std::string as_json(const Outcome& outcome) {
  nlohmann::ordered_json object = {{"changed", outcome.changed}, {"files", outcome.looked_at}};
  object["diagnostics"] = nlohmann::ordered_json::array();
  object["errors"] = nlohmann::ordered_json::array();
  for (const auto& error : outcome.errors) object["errors"].push_back(nlohmann::ordered_json::parse(error_json(error)));
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

int finish(const FormatOptions& options, const Console& console, const Outcome& outcome) {
  const bool good = outcome.errors.empty() && !outcome.diagnostics.has_errors();
  const int code = good && !(options.check && !outcome.changed.empty()) ? kDone : kFailed;
  if (console.json()) {
    console.print(with_diagnostics(as_json(outcome), outcome.diagnostics, outcome.sources) + "\n");
    return code;
  }
  if (!options.diff) {
    for (const auto& path : outcome.changed) console.print(path + "\n");
  }
  (void)report(console, outcome.diagnostics, outcome.sources, outcome.errors);
  return code;
}

int format_stdin(const FormatOptions& options, const Console& console) {
  const auto text = read_stdin("E0003");
  if (!text) return console.fail(text.error());
  Outcome outcome;
  const auto formatted = changed_text("stdin", *text, outcome);
  if (options.check || options.diff || console.json() || outcome.diagnostics.has_errors()) {
    if (formatted && options.diff) console.print(unified_diff("stdin", *text, *formatted));
    return finish(options, console, outcome);
  }
  console.data(formatted.value_or(*text));
  return kDone;
}

int run(const FormatOptions& options) {
  const Console console(options.look);
  if (options.places == std::vector<std::string>{"-"}) return format_stdin(options, console);
  const auto files = infra_files(options.places);
  if (!files) return console.fail(files.error());
  Outcome outcome;
  for (const auto& file : *files) format_file(file, options, console, outcome);
  return finish(options, console, outcome);
}

}  // namespace

void add_fmt(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<FormatOptions>();
  command
      .add_option("PLACES", options->places,
                  "Files, folders with all that is below them, or - to read stdin and write stdout [.]")
      ->type_name("[PLACE]...");
  command.add_flag("--check", options->check, "Change nothing; list what would change and exit with 1 if there is any");
  command.add_flag("--diff", options->diff, "Show what changes, instead of the files' names");
  add_look(command, options->look);
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
