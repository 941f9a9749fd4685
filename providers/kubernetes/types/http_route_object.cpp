#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& http_route_type() {
  static const ObjectType type{.schema = {.name = std::string(kHttpRoute),
                                          .doc = "Which requests of a Gateway go to which Service.",
                                          .attributes = object_attributes({spec_attribute()})},
                               .kind = "HTTPRoute",
                               .resource = "httproutes",
                               .versions = {{"gateway.networking.k8s.io/v1"}, {"gateway.networking.k8s.io/v1beta1"}}};
  return type;
}

}  // namespace infra::kubernetes
