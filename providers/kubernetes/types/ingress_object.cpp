#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& ingress_type() {
  static const ObjectType type{.schema = {.name = std::string(kIngress),
                                          .doc = "Which requests from outside go to which Service.",
                                          .attributes = object_attributes({spec_attribute(), addresses_attribute()})},
                               .kind = "Ingress",
                               .resource = "ingresses",
                               .versions = {{"networking.k8s.io/v1"}},
                               .in_full = true};
  return type;
}

}  // namespace infra::kubernetes
