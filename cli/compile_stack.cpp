#include "cli/compile_stack.h"

#include "apply/hide_secrets.h"
#include "cli/open_session.h"
#include "cli/params.h"

namespace infra::cli {

Result<Compiled> compile_stack(const StackOptions& options) {
  const auto tree = open_tree(options);
  if (!tree) return tree.error();
  const auto params = gather_params(options, process_environment());
  if (!params) return params.error();
  const auto platforms = all_platforms();
  auto compiled = compile({.sources = **tree,
                           .default_stack = folder_name(options.folder),
                           .params = *params,
                           .complete = false,
                           .platforms = platforms,
                           .modules = tree->get()});
  if (compiled.graph) hide_params(*compiled.graph, *params, *options.look.redactor);
  return compiled;
}

}  // namespace infra::cli
