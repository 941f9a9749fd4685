#include <fmt/format.h>

#include "providers/nodes/preflight/node_preflight.h"

namespace infra::nodes {

std::vector<Provider::Refusal> refused_pushes(const Context& context, const Wanted& wanted) {
  std::vector<Provider::Refusal> out;
  for (const auto* request : wanted) {
    const auto repository = text_of(request->inputs["repository"]);
    if (request->type != "image" || repository.empty()) continue;
    const auto quirks = context.engine.quirks();
    if (!quirks || !quirks->forgets_pushed_digests) return {};
    out.push_back(
        {request->address,
         {.code = "E0610",
          .message = fmt::format("the engine of node `{}` is {}, which doesn't tell which image it has pushed to {}",
                                 context.engine.node(), quirks->name, repository),
          .help = "leave out the image's `to`, so that the nodes are given it without a registry, or let the "
                  "first node be one with Docker, which builds"}});
  }
  return out;
}

}  // namespace infra::nodes
