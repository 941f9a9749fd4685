#include "workspace/environment.h"

#include <algorithm>
#include <filesystem>

#include "apply/disk_tree.h"
#include "grammar/parser.h"
#include "state/places/open_store.h"
#include "workspace/variables.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

// Most files have no environment, and needn't be parsed to know it: a declaration is `env` and a name, the variables of
// a container are `env = { … }`.
bool may_have(std::string_view text) {
  constexpr std::string_view kWord = "env ";
  for (auto at = text.find(kWord); at != std::string_view::npos; at = text.find(kWord, at)) {
    at = text.find_first_not_of(' ', at + kWord.size());
    if (at != std::string_view::npos && text[at] != '=') return true;
  }
  return false;
}

std::vector<std::string> names_of(const std::vector<Environment>& all) {
  std::vector<std::string> out;
  out.reserve(all.size());
  for (const auto& one : all) out.push_back(one.name);
  return out;
}

Error none_chosen(const std::vector<Environment>& all) {
  return {
      .code = "E0908",
      .message = fmt::format("this stack has the environments {}, and none is chosen", fmt::join(names_of(all), ", ")),
      .help = fmt::format("choose one with --env {}, or with the variable INFRA_ENV", all.front().name),
      .context = {}};
}

Error unknown(const std::string& name, const std::vector<Environment>& all) {
  if (all.empty()) {
    return {.code = "E0908",
            .message = fmt::format("this stack declares no environments, so there is no `{}`", name),
            .help = fmt::format("declare it in the stack's files: env {} {{ }}", name),
            .context = {}};
  }
  const auto near = did_you_mean(name, names_of(all));
  return {.code = "E0908",
          .message = fmt::format("there is no environment `{}`", name),
          .help = near.empty() ? fmt::format("the stack's environments are {}", fmt::join(names_of(all), ", "))
                               : fmt::format("did you mean `{}`?", near),
          .context = {}};
}

void use_values(StackOptions& stack, const Environment& env) {
  const auto file = fs::path(stack.folder) / (env.values.empty() ? env.name + ".values" : env.values);
  std::error_code ignored;  // one that can't be looked at is reported by the attempt to read it
  if (env.values.empty() && !fs::exists(file, ignored)) return;
  stack.values.insert(stack.values.begin(), file.lexically_normal().string());
}

void use_state(StackOptions& stack, const Environment& env) {
  if (!stack.state.empty()) return;
  if (!env.state.empty()) {
    const bool is_path = !is_distant_state(env.state) && !fs::path(env.state).is_absolute();
    stack.state = is_path ? (fs::path(stack.folder) / env.state).lexically_normal().string() : env.state;
  } else if (environment_variable("INFRA_STATE").empty()) {
    stack.state = (fs::path(stack.folder) / ".infra" / env.name / "state.db").lexically_normal().string();
  }
}

}  // namespace

Result<std::vector<Environment>> environments_of(const SourceTree& tree) {
  const auto files = tree.root_files(".infra");
  if (!files) return files.error();
  std::vector<Environment> out;
  for (const auto& file : *files) {
    auto text = tree.read(file);
    if (!text) return std::move(text).error();
    if (!may_have(*text)) continue;
    SourceMap sources;
    Diagnostics unheard;  // compiling says it
    const auto id = sources.add(file, *std::move(text));
    for (auto& one : read_environments(parse(sources, id, unheard), unheard)) out.push_back(std::move(one));
  }
  return out;
}

Result<EnteredEnvironment> enter_environment(const SourceTree& tree, const std::string& name,
                                             const std::string& state) {
  const auto all = environments_of(tree);
  if (!all || (name.empty() && all->empty()))
    return EnteredEnvironment{};  // compiling says what is wrong with the files
  if (name.empty()) return none_chosen(*all);
  const auto env = std::ranges::find(*all, name, &Environment::name);
  if (env == all->end()) return unknown(name, *all);
  if (is_distant_state(env->state) && env->state != state) {
    return Error{
        .code = "E0908",
        .message = fmt::format("environment `{}` has its state elsewhere: {}", name, name_of_state(env->state)),
        .help = "give that place to the watch, too: --state",
        .context = {}};
  }
  EnteredEnvironment out{.chosen = {.name = env->name, .platform = env->platform, .protect = env->protect},
                         .params = {}};
  const auto file = env->values.empty() ? env->name + ".values" : env->values;
  auto text = tree.read(file);
  if (!text && env->values.empty()) return out;
  if (!text) return std::move(text).take_error(fmt::format("reading the values of environment `{}`", name));
  auto values = parse_values(*text, file);
  if (!values) return std::move(values).error();
  out.params = *std::move(values);
  return out;
}

Result<Ok> choose_environment(StackOptions& stack, EnvironmentUse use) {
  const auto name = stack.env.empty() ? environment_variable("INFRA_ENV") : stack.env;
  const auto all = environments_of(DiskTree(stack.folder));
  if (!all) return Ok{};  // whoever reads the stack's files says what is wrong with them
  if (name.empty()) {
    if (all->empty() || use == EnvironmentUse::optional) return Ok{};
    return none_chosen(*all);
  }
  // The variable may be meant for other stacks.
  if (all->empty() && stack.env.empty()) return Ok{};
  const auto env = std::ranges::find(*all, name, &Environment::name);
  if (env == all->end()) return unknown(name, *all);
  use_values(stack, *env);
  use_state(stack, *env);
  stack.environment = {.name = env->name, .platform = env->platform, .protect = env->protect};
  return Ok{};
}

}  // namespace infra
