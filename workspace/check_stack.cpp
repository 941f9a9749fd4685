#include "workspace/check_stack.h"

#include "apply/prepare/hide_secrets.h"
#include "apply/prepare/second_core.h"
#include "base/sources/locked_tree.h"
#include "compiler/variants.h"
#include "planner/planner.h"
#include "workspace/default_engine.h"
#include "workspace/open_session.h"
#include "workspace/params.h"

namespace infra {
namespace {

std::vector<std::string> unset_params(const Graph& graph) {
  std::vector<std::string> names;
  if (graph.params.map() == nullptr) return names;
  for (const auto& [name, value] : *graph.params.map()) {
    const Value* secret = value.secret();
    if ((secret != nullptr ? *secret : value).unknown() != nullptr) names.push_back(name);
  }
  return names;
}

// E00: files of the stack that can't be read.
bool is_about_files(const Diagnostic& diagnostic) { return diagnostic.code.starts_with("E00"); }

// A stack can be checked for a platform that this version can't build on.
bool is_about_providers(const Diagnostic& diagnostic) { return diagnostic.code == "E0711"; }

void lower_for_messages(const Graph& graph, const Platforms& platforms, const SourceTree& tree, Diagnostics& into) {
  Diagnostics found;
  (void)lower(graph, platforms, tree, found);
  for (auto diagnostic : found.all()) {
    if (is_about_providers(diagnostic)) continue;
    if (is_about_files(diagnostic)) diagnostic.severity = Severity::warning;
    into.add(std::move(diagnostic));
  }
  into.sort();
}

}  // namespace

Result<Checked> check_stack(const StackOptions& options) {
  const auto tree = open_tree(options);
  if (!tree) return tree.error();
  const auto params = gather_params(options, process_environment());
  if (!params) return params.error();
  auto checked = check_tree(**tree, options.folder, *params, tree->get(), nullptr, options.environment);
  if (checked.compiled.graph) hide_params(*checked.compiled.graph, *params, *options.look.redactor);
  return checked;
}

Checked check_tree(const SourceTree& tree, const std::string& folder, std::map<std::string, ParamValue> params,
                   ModuleSource* modules, Index* index, const ChosenEnvironment& environment) {
  const auto platforms = all_platforms();
  const LockedTree locked(tree);
  Checked checked{.compiled = compile({.sources = locked,
                                       .default_stack = folder_name(folder),
                                       .params = std::move(params),
                                       .complete = false,
                                       .platforms = platforms,
                                       .modules = modules,
                                       .index = index,
                                       .environment = environment,
                                       .engine = default_engine(),
                                       .aside = second_core()}),
                  .unset = {}};
  auto& compiled = checked.compiled;
  if (!compiled.graph) return checked;
  checked.unset = unset_params(*compiled.graph);
  // A platform lowers known values only.
  VariantFindings findings;
  const auto lower_variants = [&] {
    for (const auto& variant : compiled.variants) {
      if (!unset_params(variant.graph).empty()) continue;
      Diagnostics found;
      lower_for_messages(variant.graph, platforms, locked, found);
      findings.add(variant.param, variant.member, found);
    }
  };
  const auto aside = compiled.variants.empty() ? nullptr : second_core();
  const auto lowered = aside ? aside(lower_variants) : lower_variants;
  if (checked.unset.empty()) lower_for_messages(*compiled.graph, platforms, locked, compiled.diagnostics);
  lowered();
  findings.report(compiled.diagnostics);
  compiled.diagnostics.sort();
  return checked;
}

}  // namespace infra
