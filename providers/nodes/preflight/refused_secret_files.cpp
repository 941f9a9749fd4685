#include <algorithm>

#include "providers/nodes/pause/pause_container.h"
#include "providers/nodes/preflight/node_preflight.h"
#include "providers/nodes/tasks/files.h"

namespace infra::nodes {

namespace {

bool has_secret_files_in(const CreateRequest& request) {
  const auto* containers = request.inputs["containers"].map();
  return containers != nullptr && std::any_of(containers->begin(), containers->end(),
                                              [](const Entry& one) { return has_secret_files(one.second); });
}

}  // namespace

std::vector<Provider::Refusal> refused_secret_files(const Context& context, const Wanted& wanted) {
  std::vector<Provider::Refusal> out;
  for (const auto* request : wanted) {
    if (!has_secret_files_in(*request)) continue;
    if (auto can = can_hold_secret_files(context.engine); !can && can.error().code == "E0610")
      out.push_back({request->address, std::move(can).error()});
  }
  return out;
}

}  // namespace infra::nodes
