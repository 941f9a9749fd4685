#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& horizontal_pod_autoscaler_type() {
  static const ObjectType type{.schema = {.name = std::string(kHorizontalPodAutoscaler),
                                          .doc = "Decides how many pods a Deployment has.",
                                          .attributes = object_attributes({spec_attribute()})},
                               .kind = "HorizontalPodAutoscaler",
                               .resource = "horizontalpodautoscalers",
                               .versions = {{"autoscaling/v2"}, {"autoscaling/v2beta2"}}};
  return type;
}

}  // namespace infra::kubernetes
