#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <iterator>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "cli/terminal/line_editor.h"
#include "cli/terminal/report.h"
#include "compiler/functions/functions.h"
#include "workspace/evaluator.h"
#include "workspace/open_session.h"
#include "workspace/params.h"

namespace infra::cli {
namespace {

constexpr std::string_view kHelp =
    "An expression shows its value and its type; it may go on over several lines until its brackets are closed.\n"
    "let, fn and type   are kept until the end\n"
    ":type EXPR         the type only\n"
    ":quit              ends, and so does Ctrl-D\n";

// Of a terminal, or of a pipe.
std::optional<std::string> piped_line(const std::string&) {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return line;
}

class ConsoleRun {
 public:
  using ReadLine = std::function<std::optional<std::string>(const std::string& prompt)>;

  ConsoleRun(Evaluator& evaluator, const Console& console, ReadLine read_line)
      : evaluator_(evaluator), console_(console), read_line_(std::move(read_line)) {}

  int run() {
    std::string text;
    while (true) {
      const auto line = read_line_(text.empty() ? "> " : "… ");
      const bool more = line.has_value();
      if (!more && text.empty()) break;
      const bool goes_on = more && !line->empty();
      text += (text.empty() ? "" : "\n") + line.value_or("");
      if (goes_on && Evaluator::unfinished(without_command(text))) continue;
      if (text == ":quit" || text == ":q") break;
      if (!text.empty()) entry(text);
      text.clear();
      if (!more) break;
    }
    return good_ ? kDone : kFailed;
  }

 private:
  static constexpr std::string_view kType = ":type ";

  static std::string without_command(const std::string& text) {
    return text.starts_with(kType) ? text.substr(kType.size()) : text;
  }

  void entry(const std::string& text) {
    if (text == ":help" || text == ":h") return console_.print(kHelp);
    // `::1` is an address.
    const bool command = text.size() > 1 && text[0] == ':' && std::isalpha(static_cast<unsigned char>(text[1])) != 0;
    if (command && !text.starts_with(kType)) {
      good_ = false;
      return console_.complain(fmt::format("there is no command {}; :help lists them\n", text));
    }
    if (Evaluator::declares(text)) return (void)shown(evaluator_.declare(text));
    const auto evaluated = evaluator_.evaluate(without_command(text));
    if (evaluated.type && text.starts_with(kType)) return console_.print(to_text(*evaluated.type) + "\n");
    if (evaluated.secret()) return console_.print(fmt::format("*** : {}\n", to_text(*evaluated.type)));
    if (!shown(evaluated.compiled) || !evaluated.value || !evaluated.type) return;
    console_.print(fmt::format("{} : {}\n", to_source(*evaluated.value), to_text(*evaluated.type)));
  }

  // Errors only: the stack's warnings were told at the beginning.
  bool shown(const Compiled& compiled) {
    if (!compiled.diagnostics.has_errors()) return true;
    good_ = false;
    return report(console_, compiled.diagnostics, compiled.sources, {});
  }

  Evaluator& evaluator_;
  const Console& console_;
  ReadLine read_line_;
  bool good_ = true;
};

std::string history_file() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state != '\0') return std::string(state) + "/infra/console_history";
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? "" : std::string(home) + "/.local/state/infra/console_history";
}

// What an expression may begin with: the stack's declarations, its params, the functions.
std::vector<std::string> names_of(const Graph& graph) {
  std::vector<std::string> out;
  for (const auto& resource : graph.resources) out.push_back(resource.address.text());
  if (graph.params.map() != nullptr) {
    for (const auto& [name, value] : *graph.params.map()) out.push_back(name);
  }
  for (const auto& function : all_functions()) {
    if (!is_internal(function)) out.push_back(std::string(function.name) + "(");
  }
  for (const auto* command : {":type ", ":help", ":quit"}) out.emplace_back(command);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::string> beginning_with(const std::vector<std::string>& names, const std::string& word) {
  std::vector<std::string> out;
  std::ranges::copy_if(names, std::back_inserter(out), [&](const std::string& n) { return n.starts_with(word); });
  return out;
}

int run(const StackOptions& options) {
  const Console console(options.look);
  const auto tree = open_tree(options);
  if (!tree) return console.fail(tree.error());
  auto params = gather_params(options, process_environment());
  if (!params) return console.fail(params.error());
  const auto checked = check_tree(**tree, options.folder, *params);
  if (!report(console, checked.compiled.diagnostics, checked.compiled.sources, {})) return kFailed;
  Evaluator evaluator(**tree, options.folder, *std::move(params));
  if (!can_ask()) return ConsoleRun(evaluator, console, piped_line).run();
  console.note(fmt::format("Stack {}. :help says what can be typed.", checked.compiled.graph->stack));
  LineEditor editor(history_file(), [names = names_of(*checked.compiled.graph)](const std::string& word) {
    return beginning_with(names, word);
  });
  return ConsoleRun(evaluator, console, [&](const std::string& prompt) { return editor.read(prompt); }).run();
}

}  // namespace

void add_console(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<StackOptions>();
  add_folder(command, options->folder);
  command.add_flag("--no-color", options->look.no_color, "Plain text; so does the variable NO_COLOR");
  add_params(command, *options);
  command.callback([options, &chosen] {
    chosen = [options] { return in_environment(*options, EnvironmentUse::optional, [&] { return run(*options); }); };
  });
}

}  // namespace infra::cli
