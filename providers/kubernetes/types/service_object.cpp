#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& service_type() {
  static const ObjectType type{.schema = {.name = std::string(kService),
                                          .doc = "One name and address for the pods that a selector finds.",
                                          .attributes = object_attributes(
                                              {spec_attribute(), addresses_attribute(),
                                               output("cluster_ip", types::string(), "Its address in the cluster.")})},
                               .kind = "Service",
                               .resource = "services",
                               .versions = {{"v1"}},
                               .in_full = true};
  return type;
}

}  // namespace infra::kubernetes
