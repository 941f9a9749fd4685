#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& pod_disruption_budget_type() {
  static const ObjectType type{.schema = {.name = std::string(kPodDisruptionBudget),
                                          .doc = "How many pods may be away while nodes are drained.",
                                          .attributes = object_attributes({spec_attribute()})},
                               .kind = "PodDisruptionBudget",
                               .resource = "poddisruptionbudgets",
                               .versions = {{"policy/v1", 21}, {"policy/v1beta1"}}};
  return type;
}

}  // namespace infra::kubernetes
