#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_networks.h"

namespace infra::kubernetes {

// A namespace, closed to all but those of its vpc.
Lowered lower_cluster(const Lowering& lowering) {
  const auto& cluster = lowering.resource;
  const auto space = namespace_of(lowering, cluster);
  const auto* vpc = vpc_of(lowering, cluster);
  Map body;
  if (vpc != nullptr) body.set("labels", entries({{"infra.vpc", vpc_label(lowering, *vpc)}}));
  Lowered out;
  out.resources.push_back(
      make_object(lowering, {.part = "namespace", .type = "namespace", .space = {}, .name = space, .body = body}));
  // Two namespaces of one name can't be, and what is in one goes with it.
  if (lowering.resource.options.replace == Replace::by_platform) {
    out.resources.back().options.replace = Replace::destroy_first;
  }
  if (vpc != nullptr) {
    out.resources.push_back(policy_of_namespace(lowering, space, *vpc));
    out.resources.back().depends_on.push_back(cluster.address.with_part("namespace"));
  }
  out.outputs = entries({{"", space}});
  return out;
}

}  // namespace infra::kubernetes
