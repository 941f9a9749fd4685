#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/diagnostics/diagnostic.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/outputs.h"
#include "cli/shared_options.h"
#include "workspace/open_session.h"
#include "workspace/stack_folder.h"

namespace infra::cli {
namespace {

struct OutputOptions {
  StackOptions stack;
  std::vector<std::string> words;  // [DIR] [NAME]
  std::string name;
};

// One word alone is a folder if there is one of that name; else it is the output's name.
void sort_words(OutputOptions& options) {
  auto words = options.words;
  std::error_code ignored;  // a path that can't be looked at isn't a folder
  if (words.size() == 2 || (words.size() == 1 && std::filesystem::is_directory(words[0], ignored))) {
    options.stack.folder = words[0];
    words.erase(words.begin());
  } else {
    options.stack.folder = nearest_stack();
  }
  if (!words.empty()) options.name = words[0];
}

Error unknown_output(const std::string& name, const Snapshot& state) {
  std::vector<std::string> names;
  for (const auto& output : state.outputs) names.push_back(output.name);
  const auto similar = did_you_mean(name, names);
  std::string help = "`infra output` lists the recorded ones";
  if (names.empty()) help = "no outputs are recorded yet: `infra apply` records them";
  if (!similar.empty()) help = fmt::format("did you mean `{}`?", similar);
  return {.code = "E0906",
          .message = fmt::format("no output `{}` is recorded", name),
          .help = std::move(help),
          .context = {}};
}

int print_one(const Console& console, const Snapshot& state, const std::string& name) {
  const auto found = std::ranges::find(state.outputs, name, &RecordedOutput::name);
  if (found == state.outputs.end()) return console.fail(unknown_output(name, state));
  const auto text = console.json() ? output_json(*found) : output_text(*found);
  if (!text) return console.fail(text.error());
  console.json() ? console.print(*text + "\n") : console.data(*text + "\n");
  if (found->secret) console.note("The state keeps only a keyed hash of a secret, so its text can't be shown.");
  return kDone;
}

int print_all(const Console& console, const Snapshot& state) {
  if (state.outputs.empty() && !console.json()) {
    console.note("No outputs are recorded: `infra apply` records them.");
    return kDone;
  }
  const auto text = console.json() ? outputs_json(state) : outputs_text(state);
  if (!text) return console.fail(text.error());
  console.print(console.json() ? *text + "\n" : *text);
  return kDone;
}

int run(OutputOptions options) {
  sort_words(options);
  return in_environment(options.stack, EnvironmentUse::required, [&] {
    const Console console(options.stack.look);
    const auto state = load_state(options.stack);
    if (!state) return console.fail(state.error());
    return options.name.empty() ? print_all(console, *state) : print_one(console, *state, options.name);
  });
}

}  // namespace

void add_output(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<OutputOptions>();
  command.add_option("WORDS", options->words, "The stack's folder, and the name of one output")
      ->type_name("[DIR] [NAME]")
      ->expected(0, 2);
  add_look(command, options->stack.look);
  add_state(command, options->stack);
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
