#include "providers/nodes/live/container_of.h"

#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/http.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/tasks/task_labels.h"

namespace infra::nodes {

namespace {

constexpr const char* kBalancerType = "load_balancer";

// `container`: the label of its block.
std::optional<LiveContainer> labelled(const Value& entry, const Ownership& owner, const std::string& type,
                                      const std::string& container, const std::string& node) {
  const auto ours = read_labels(entry["Labels"], owner, type);
  if (!ours) return std::nullopt;
  return LiveContainer{.address = ours->address,
                       .type = type,
                       .node = node,
                       .container = container,
                       .id = text_of(entry["Id"]),
                       .running = text_of(entry["State"]) == "running",
                       .essential = text_of(entry["Labels"][kEssentialLabel]) != "no",
                       .healthy = !mentions(text_of(entry["Status"]), {"(unhealthy)", "(health: starting)"}),
                       .created = Moment(std::chrono::seconds(number_of(entry["Created"])))};
}

}  // namespace

std::optional<LiveContainer> live_container(const Value& entry, const Ownership& owner, const std::string& node) {
  const auto& labels = entry["Labels"];
  const auto container = text_of(labels[kContainerLabel]);
  if (container.empty()) return std::nullopt;
  return labelled(entry, owner, text_of(labels["infra.type"]), container, node);
}

std::optional<LiveContainer> live_balancer(const Value& entry, const Ownership& owner, const std::string& node) {
  return labelled(entry, owner, kBalancerType, "haproxy", node);
}

std::string live_filters(const Ownership& owner, bool containers_only) {
  Map filters(std::vector<Entry>{
      {"label", List({fmt::format("infra.stack={}", owner.stack), fmt::format("infra.lineage={}", owner.lineage)})}});
  if (containers_only) filters.set("type", List({"container"}));
  return "filters=" + http::url_encoded(to_plain_json(Value(std::move(filters))));
}

}  // namespace infra::nodes
