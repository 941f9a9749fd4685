#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& deployment_type() {
  static const ObjectType type{
      .schema = {.name = std::string(kDeployment),
                 .doc = "So many equal pods, kept running, replaced under rules.",
                 .attributes = object_attributes({selector_attribute(), spec_attribute(), rollback_attribute()})},
      .kind = "Deployment",
      .resource = "deployments",
      .versions = {{"apps/v1"}},
      .in_full = true};
  return type;
}

}  // namespace infra::kubernetes
