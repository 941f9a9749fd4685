#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/compile_stack.h"
#include "cli/exit_code.h"
#include "cli/open_session.h"
#include "cli/report.h"
#include "cli/revisions.h"
#include "cli/source_files.h"
#include "grammar/parser.h"
#include "planner/render.h"
#include "state/dump.h"

namespace infra::cli {
namespace {

struct ShowOptions {
  StackOptions stack;
  std::string form;
};

int show_tokens(const ShowOptions& options, const Console& console) {
  const auto sources = read_sources(options.stack.folder);
  if (!sources) return console.fail(sources.error());
  for (FileId file = 0; file < sources->size(); ++file) console.print(dump_tokens(*sources, file));
  return kDone;
}

int show_ast(const ShowOptions& options, const Console& console) {
  const auto sources = read_sources(options.stack.folder);
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
    console.note(fmt::format("Nothing is recorded yet in {}.", state_path(options.stack)));
    if (!console.json()) return kDone;
  }
  console.print(console.json() ? state_to_json(*state) + "\n" : dump_state(*state));
  return kDone;
}

struct Form {
  const char* name;
  int (*show)(const ShowOptions&, const Console&);
};
// In the order in which the data goes.
constexpr Form kForms[] = {
    {"tokens", show_tokens}, {"ast", show_ast}, {"graph", show_graph}, {"plan", show_steps}, {"state", show_state}};

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

int run(const ShowOptions& options) {
  const Console console(options.stack.look);
  if (const auto number = revision_number(options.form)) return show_revision(options, console, *number);
  const auto* form = std::ranges::find(kForms, options.form, &Form::name);
  return form->show(options, console);
}

std::string check_form(const std::string& word) {
  std::string names;
  for (const auto& form : kForms) {
    if (word == form.name) return {};
    names += fmt::format("{}, ", form.name);
  }
  return revision_number(word) ? std::string() : fmt::format("{} is none of {}or a revision's number", word, names);
}

}  // namespace

void add_show(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<ShowOptions>();
  command.add_option("FORM", options->form, "tokens, ast, graph, plan or state; or a revision's number")
      ->type_name("")
      ->required()
      ->check(check_form);
  command.add_option("DIR", options->stack.folder, "The stack's folder; for tokens and ast also one file")
      ->type_name("");
  add_look(command, options->stack.look);
  add_params(command, options->stack);
  add_state(command, options->stack);
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
