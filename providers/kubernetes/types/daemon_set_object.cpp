#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& daemon_set_type() {
  static const ObjectType type{
      .schema = {.name = std::string(kDaemonSet),
                 .doc = "One pod on each node.",
                 .attributes = object_attributes({selector_attribute(), spec_attribute(), rollback_attribute()})},
      .kind = "DaemonSet",
      .resource = "daemonsets",
      .versions = {{"apps/v1"}},
      .in_full = true};
  return type;
}

}  // namespace infra::kubernetes
