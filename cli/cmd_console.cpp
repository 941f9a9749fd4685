#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/commands.h"
#include "cli/evaluator.h"
#include "cli/exit_code.h"
#include "cli/open_session.h"
#include "cli/params.h"
#include "cli/report.h"

namespace infra::cli {
namespace {

constexpr std::string_view kHelp =
    "An expression shows its value and its type; it may go on over several lines until its brackets are closed.\n"
    "let, fn and type   are kept until the end\n"
    ":type EXPR         the type only\n"
    ":quit              ends, and so does Ctrl-D\n";

class Session {
 public:
  Session(Evaluator& evaluator, const Console& console) : evaluator_(evaluator), console_(console) {}

  int run() {
    const bool asks = can_ask();
    std::string text;
    while (true) {
      if (asks) console_.complain(text.empty() ? "> " : "… ");
      std::string line;
      const bool more = static_cast<bool>(std::getline(std::cin, line));
      if (!more && text.empty()) break;
      const bool goes_on = more && !line.empty();
      text += (text.empty() ? "" : "\n") + line;
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
  bool good_ = true;
};

int run(const StackOptions& options) {
  const Console console(options.look);
  const auto tree = open_tree(options);
  if (!tree) return console.fail(tree.error());
  auto params = gather_params(options, process_environment());
  if (!params) return console.fail(params.error());
  const auto checked = check_tree(**tree, options.folder, *params);
  if (!report(console, checked.compiled.diagnostics, checked.compiled.sources, {})) return kFailed;
  if (can_ask()) console.note(fmt::format("Stack {}. :help says what can be typed.", checked.compiled.graph->stack));
  Evaluator evaluator(**tree, options.folder, *std::move(params));
  return Session(evaluator, console).run();
}

}  // namespace

void add_console(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<StackOptions>();
  add_folder(command, options->folder);
  command.add_flag("--no-color", options->look.no_color, "Plain text; so does the variable NO_COLOR");
  add_params(command, *options);
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
