#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/plan_views/saved_plan.h"
#include "cli/positional.h"
#include "cli/shared_options.h"
#include "cli/shown_revisions.h"
#include "cli/terminal/report.h"
#include "grammar/parser.h"
#include "planner/render/render.h"
#include "state/rows/dump.h"
#include "workspace/compile_stack.h"
#include "workspace/open_session.h"
#include "workspace/source_files.h"

namespace infra::cli {
namespace {

struct ShowOptions {
  StackOptions stack;
  std::string form;
};

int show_tokens(const ShowOptions& options, const Console& console) {
  const auto sources = infra::read_sources(options.stack.folder);
  if (!sources) return console.fail(sources.error());
  for (FileId file = 0; file < sources->size(); ++file) console.print(dump_tokens(*sources, file));
  return kDone;
}

int show_ast(const ShowOptions& options, const Console& console) {
  const auto sources = infra::read_sources(options.stack.folder);
  if (!sources) return console.fail(sources.error());
  Diagnostics diagnostics;
  for (FileId file = 0; file < sources->size(); ++file) {
    console.print(dump_ast(*sources, parse(*sources, file, diagnostics)));
  }
  return report(console, diagnostics, *sources, {}) ? kDone : kFailed;
}

int show_graph(const ShowOptions& options, const Console& console) {
  const auto compiled = compile_stack(options.stack);
  if (!compiled) return console.fail(compiled.error());
  if (!report(console, compiled->diagnostics, compiled->sources, {})) return kFailed;
  console.print(dump_graph(*compiled->graph));
  return kDone;
}

int show_steps(const ShowOptions& options, const Console& console) {
  const auto open = open_session(options.stack, {});
  if (!open) return console.fail(open.error());
  const auto prepared = prepare(*open->session, {}, false);
  if (!report(console, prepared)) return kFailed;
  console.print(console.json() ? render_plan_json(prepared.plan) + "\n" : dump_plan(prepared.plan));
  return kDone;
}

int show_state(const ShowOptions& options, const Console& console) {
  const auto state = load_state(options.stack);
  if (!state) return console.fail(state.error());
  if (state->serial == Serial{}) {
    console.note(fmt::format("Nothing is recorded yet in {}.", state_name(options.stack)));
    if (!console.json()) return kDone;
  }
  console.print(console.json() ? state_to_json(*state) + "\n" : dump_state(*state));
  return kDone;
}

struct Form {
  const char* name;
  int (*show)(const ShowOptions&, const Console&);
  bool params = false;  // it depends on them
};
// In the order in which the data goes.
constexpr Form kForms[] = {{"tokens", show_tokens},
                           {"ast", show_ast},
                           {"graph", show_graph, true},
                           {"plan", show_steps, true},
                           {"state", show_state}};

int show_revision(const ShowOptions& options, const Console& console, std::uint64_t number) {
  auto store = open_state(options.stack);
  if (!store) return console.fail(store.error());
  const auto history = read_history(**store);
  if (!history) return console.fail(history.error());
  const auto revision = find_revision(*history, number);
  if (!revision) return console.fail(revision.error());
  console.print(console.json() ? revision_json(*history, *revision) + "\n" : revision_text(*history, *revision));
  return kDone;
}

// A saved plan. A folder's form may be called like a file; then the form is meant.
bool is_file(const std::string& word) {
  std::error_code ignored;  // what can't be looked at is no form either, which is said
  return std::ranges::find(kForms, word, &Form::name) == std::end(kForms) &&
         std::filesystem::is_regular_file(word, ignored);
}

// What is typed and would change nothing.
std::optional<Error> idle_params(const ShowOptions& options) {
  const auto* form = std::ranges::find(kForms, options.form, &Form::name);
  const bool none = options.stack.set.empty() && options.stack.values.empty() && options.stack.secret.empty();
  if (none || (form != std::end(kForms) && form->params)) return std::nullopt;
  return Error{.code = "E0902",
               .message = fmt::format("`infra show {}` shows the same whatever the params are", options.form),
               .help = "leave out --set, --values and --secret",
               .context = {}};
}

int run(const ShowOptions& options) {
  const Console console(options.stack.look);
  if (const auto number = revision_number(options.form)) return show_revision(options, console, *number);
  if (is_file(options.form)) return show_saved_plan(console, options.form, options.stack);
  const auto* form = std::ranges::find(kForms, options.form, &Form::name);
  return form->show(options, console);
}

std::string check_form(const std::string& word) {
  std::string names;
  for (const auto& form : kForms) {
    if (word == form.name) return {};
    names += fmt::format("{}, ", form.name);
  }
  if (revision_number(word) || is_file(word)) return {};
  return fmt::format("`{}` is none of {}the number of a revision, or a saved plan", word, names);
}

}  // namespace

void add_show(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<ShowOptions>();
  command
      .add_option("FORM", options->form, "tokens, ast, graph, plan or state; the number of a revision; or a saved plan")
      ->type_name("")
      ->required()
      ->check(check_form);
  command.add_option("DIR", options->stack.folder, "The stack's folder; for tokens and ast also one file")
      ->type_name("");
  add_look(command, options->stack.look);
  add_params(command, options->stack);
  add_state(command, options->stack);
  command.callback([options, &chosen] {
    chosen = [options] {
      if (auto idle = idle_params(*options)) return Console(options->stack.look).fail(*idle);
      const bool only_files =
          is_file(options->form) || options->form == "tokens" || options->form == "ast" || options->form == "graph";
      const auto use = only_files ? EnvironmentUse::optional : EnvironmentUse::required;
      return in_environment(options->stack, use, [&] { return run(*options); });
    };
  });
}

}  // namespace infra::cli
