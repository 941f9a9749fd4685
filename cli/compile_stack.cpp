#include "cli/compile_stack.h"

#include "cli/open_session.h"
#include "cli/params.h"

namespace infra::cli {

Result<Compiled> compile_stack(const StackOptions& options) {
  const auto tree = open_tree(options.folder);
  if (!tree) return tree.error();
  auto params = gather_params(options, process_environment());
  if (!params) return std::move(params).error();
  const auto platforms = all_platforms();
  return compile({.sources = **tree,
                  .default_stack = folder_name(options.folder),
                  .params = *std::move(params),
                  .complete = false,
                  .platforms = platforms,
                  .modules = tree->get()});
}

}  // namespace infra::cli
