#include "providers/aws/lower/lower.h"

namespace infra::aws {

Lowered lower_cluster(const Lowering& lowering) {
  const auto& cluster = lowering.resource;
  Lowered out;
  Map inputs;
  inputs.set("name", name_for(lowering, cluster, 255));
  out.resources.push_back(make_part(lowering, "cluster", "ecs_cluster", std::move(inputs), Order::destroy_first));
  // Both of Fargate's, so that a service can change from one to the other.
  const bool spot = cluster.config["fargate"]["spot"] == Value(true);
  Map use(std::vector<Entry>{{"capacityProvider", spot ? "FARGATE_SPOT" : "FARGATE"}, {"weight", 1}});
  Map capacity(std::vector<Entry>{{"cluster", part_of(cluster, "cluster", "arn")},
                                  {"providers", List{"FARGATE", "FARGATE_SPOT"}},
                                  {"strategy", List{std::move(use)}}});
  out.resources.push_back(lowering.part("capacity", "cluster_capacity", std::move(capacity)));
  out.resources.back().options.replace = Replace::destroy_first;
  out.outputs = entries({{"", part_of(cluster, "cluster", "arn")}});
  return out;
}

}  // namespace infra::aws
