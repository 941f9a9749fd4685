#include "workspace/compile_stack.h"

#include "apply/prepare/hide_secrets.h"
#include "apply/prepare/second_core.h"
#include "base/sources/locked_tree.h"
#include "workspace/default_engine.h"
#include "workspace/open_session.h"
#include "workspace/params.h"

namespace infra {

Result<Compiled> compile_stack(const StackOptions& options) {
  const auto tree = open_tree(options);
  if (!tree) return tree.error();
  const auto params = gather_params(options, process_environment());
  if (!params) return params.error();
  const auto platforms = all_platforms();
  const LockedTree sources(**tree);
  auto compiled = compile({.sources = sources,
                           .default_stack = folder_name(options.folder),
                           .params = *params,
                           .complete = false,
                           .platforms = platforms,
                           .modules = tree->get(),
                           .environment = options.environment,
                           .engine = default_engine(),
                           .aside = second_core()});
  if (compiled.graph) hide_params(*compiled.graph, *params, *options.look.redactor);
  return compiled;
}

}  // namespace infra
