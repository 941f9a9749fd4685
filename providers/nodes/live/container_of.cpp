#include "providers/nodes/live/container_of.h"

#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/http.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/tasks/task_labels.h"

namespace infra::nodes {

std::optional<LiveContainer> live_container(const Value& entry, const Ownership& owner, const std::string& node) {
  const auto& labels = entry["Labels"];
  const auto type = text_of(labels["infra.type"]);
  if (text_of(labels[kContainerLabel]).empty()) return std::nullopt;
  const auto ours = read_labels(labels, owner, type);
  if (!ours) return std::nullopt;
  return LiveContainer{.address = ours->address,
                       .type = type,
                       .node = node,
                       .container = text_of(labels[kContainerLabel]),
                       .id = text_of(entry["Id"]),
                       .running = text_of(entry["State"]) == "running",
                       .essential = text_of(labels[kEssentialLabel]) != "no",
                       .healthy = !mentions(text_of(entry["Status"]), {"(unhealthy)", "(health: starting)"}),
                       .created = Moment(std::chrono::seconds(number_of(entry["Created"])))};
}

std::string live_filters(const Ownership& owner, bool containers_only) {
  Map filters(std::vector<Entry>{
      {"label", List({fmt::format("infra.stack={}", owner.stack), fmt::format("infra.lineage={}", owner.lineage)})}});
  if (containers_only) filters.set("type", List({"container"}));
  return "filters=" + http::url_encoded(to_plain_json(Value(std::move(filters))));
}

}  // namespace infra::nodes
