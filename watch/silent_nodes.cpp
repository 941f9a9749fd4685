#include "watch/silent_nodes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/values/codec.h"
#include "planner/rollout/task_set.h"

namespace infra {
namespace {

// The node of a recorded object: one that is to be on a node says so, a task says where it is.
Result<std::string> node_of(const RecordedResource& row) {
  for (const auto* text : {&row.outputs, &row.inputs}) {
    auto values = from_json(*text);
    if (!values) {
      return std::move(values).take_error(fmt::format("reading what is recorded of {}", row.address.text()));
    }
    if (const auto* node = (*values)["node"].string()) return *node;
  }
  return std::string();
}

}  // namespace

Result<SilentNodes> silent_nodes(const std::vector<RecordedResource>& rows, const std::string& platform,
                                 const std::vector<Live::Unreachable>& silent) {
  SilentNodes out;
  if (silent.empty()) return out;
  for (const auto& row : rows) {
    if (row.platform != platform) continue;
    // Another stack's load balancer may be on any node.
    if (row.type == "balancer_route") out.balancer = silent.front().where;
    if (row.type != kTask && row.type != "load_balancer") continue;
    auto node = node_of(row);
    if (!node) return std::move(node).error();
    const auto at = std::find_if(silent.begin(), silent.end(), [&](const auto& one) { return one.node == *node; });
    if (at == silent.end()) continue;
    if (row.type == kTask) {
      out.services.emplace(row.address.owner().text(), at->where);
    } else {
      out.balancer = at->where;
    }
  }
  return out;
}

}  // namespace infra
