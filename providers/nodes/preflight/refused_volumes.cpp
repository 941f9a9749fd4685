#include <fmt/format.h>

#include <set>

#include "base/values/codec.h"
#include "providers/http.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/preflight/node_preflight.h"
#include "providers/nodes/volumes/volume_copy.h"

namespace infra::nodes {

namespace {

std::set<std::string> named_volumes_of(const CreateRequest& request) {
  std::set<std::string> out;
  const auto* containers = request.inputs["containers"].map();
  if (containers == nullptr) return out;
  for (const auto& [label, container] : *containers) {
    const auto* mounts = container["mounts"].list();
    if (mounts == nullptr) continue;
    for (const auto& mount : *mounts) {
      if (text_of(mount["kind"]) == "named") out.insert(text_of(mount["source"]));
    }
  }
  return out;
}

std::set<std::string> half_restored_on(const Context& context) {
  std::set<std::string> out;
  const auto filter = http::url_encoded(fmt::format(R"({{"label":["{}"]}})", kRestoreLabel));
  const auto reply =
      context.engine.list("/containers/json?all=1&filters=" + filter, shapes::listed_container(),
                          [&](const Value& entry) { out.insert(text_of(entry["Labels"][kRestoreLabel])); });
  return reply && reply->ok() ? out : std::set<std::string>();  // who doesn't answer refuses nothing
}

}  // namespace

std::vector<Provider::Refusal> refused_volumes(const Context& context, const Wanted& wanted) {
  std::vector<Provider::Refusal> out;
  std::optional<std::set<std::string>> half;
  for (const auto* request : wanted) {
    for (const auto& volume : named_volumes_of(*request)) {
      if (!half) half = half_restored_on(context);
      if (!half->contains(volume)) continue;
      out.push_back({request->address,
                     {.code = "E0617",
                      .message = fmt::format("the volume {} on node `{}` is half restored: its restore was cut off",
                                             volume, context.engine.node()),
                      .help = fmt::format("infra volume restore {} FILE puts a whole copy in its place", volume)}});
    }
  }
  return out;
}

}  // namespace infra::nodes
