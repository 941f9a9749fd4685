// `infra completion SHELL` prints a script; `infra complete WORD…` is what the script calls.
#include <CLI/CLI.hpp>

#include "base/diagnostics/codes.h"
#include "cli/app.h"
#include "cli/exit_code.h"
#include "cli/help/complete.h"
#include "cli/one_of.h"
#include "cli/shared_options.h"
#include "cli/terminal/console.h"
#include "compiler/kinds.h"
#include "workspace/compile_stack.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

// While somebody types, a stack may be half written and a state out of reach: then there are no candidates, and no
// message either.
class Names {
 public:
  Candidates operator()(const std::string& what, const std::string& folder) {
    StackOptions stack;
    stack.folder = folder;
    if (what == "KIND") return kinds();
    if (what == "CODE") return codes();
    if (what == "SHELL") return {{"bash", ""}, {"zsh", ""}, {"fish", ""}};
    if (what == "FORM") return {{"tokens", ""}, {"ast", ""}, {"graph", ""}, {"plan", ""}, {"state", ""}};
    if (what == "FORMAT") return {{"md", ""}, {"html", ""}, {"man", ""}, {"graphviz", ""}, {"mermaid", ""}};
    if (what == "COMMAND") return commands();
    if (what == "ENV") return environments(stack);
    (void)choose_environment(stack, EnvironmentUse::optional);
    if (what == "OUTPUT" || what == "RECORDED") return recorded(what, stack);
    if (what == "REV") return revisions(stack);
    return declared(what, stack);
  }

 private:
  static Candidates kinds() {
    Candidates out;
    for (const auto& kind : all_kinds()) out.push_back({kind.schema->name, kind.schema->doc});
    return out;
  }

  static Candidates codes() {
    Candidates out;
    for (const auto& code : all_codes()) out.push_back({std::string(code.code), std::string(code.title)});
    return out;
  }

  static Candidates commands() {
    Candidates out;
    for (const auto& one : all_commands()) out.push_back({std::string(one.name), std::string(one.line)});
    return out;
  }

  static Candidates environments(const StackOptions& stack) {
    Candidates out;
    const auto tree = open_tree(stack.folder);
    if (!tree) return out;
    const auto all = environments_of(**tree);
    if (!all) return out;
    for (const auto& one : *all) out.push_back({one.name, one.protect ? "protected" : ""});
    return out;
  }

  static Candidates recorded(const std::string& what, const StackOptions& stack) {
    Candidates out;
    const auto state = load_state(stack);
    if (!state) return out;
    if (what == "OUTPUT") {
      for (const auto& one : state->outputs) out.push_back({one.name, ""});
    } else {
      for (const auto& one : state->resources) out.push_back({one.address.text(), one.type});
    }
    return out;
  }

  static Candidates revisions(const StackOptions& stack) {
    Candidates out;
    const auto store = open_state(stack);
    if (!store) return out;
    const auto history = (*store)->history();
    if (!history) return out;
    for (auto at = history->rbegin(); at != history->rend(); ++at) {
      out.push_back({std::to_string(at->number), at->started + " " + at->by.user});
    }
    return out;
  }

  static Candidates declared(const std::string& what, const StackOptions& stack) {
    Candidates out;
    const auto compiled = compile_stack(stack);
    if (!compiled) return out;
    if (what == "SECRET") {
      for (const auto& name : compiled->secret_params) out.push_back({name, ""});
    } else if (compiled->graph && what == "PARAM" && compiled->graph->params.map() != nullptr) {
      for (const auto& [name, value] : *compiled->graph->params.map()) out.push_back({name, ""});
    } else if (compiled->graph && what == "ADDRESS") {
      for (const auto& one : compiled->graph->resources)
        out.push_back({one.address.text(), one.doc.substr(0, one.doc.find('\n'))});
    }
    return out;
  }
};

}  // namespace

int print_candidates(std::vector<std::string> words) {
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  CLI::App app{std::string(kAbout), "infra"};
  Chosen unused;
  build_app(app, unused);
  const auto found = complete(app, words, Names());
  const Console console({});
  for (const auto& one : found.candidates) {
    console.print(one.note.empty() ? one.word + "\n" : fmt::format("{}\t{}\n", one.word, one.note));
  }
  if (found.paths == Completion::Paths::files) console.print(":files\n");
  if (found.paths == Completion::Paths::folders) console.print(":folders\n");
  return kDone;
}

void add_completion(CLI::App& command, Chosen& chosen) {
  const auto shell = std::make_shared<std::string>();
  command.add_option("SHELL", *shell, "bash, zsh or fish")
      ->type_name("")
      ->required()
      ->check(one_of({"bash", "zsh", "fish"}));
  command.callback([shell, &chosen] {
    chosen = [shell] {
      Console({}).print(completion_script(*shell));
      return kDone;
    };
  });
}

}  // namespace infra::cli
