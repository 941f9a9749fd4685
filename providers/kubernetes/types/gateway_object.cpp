#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& gateway_type() {
  static const ObjectType type{.schema = {.name = std::string(kGateway),
                                          .doc = "Where requests come in (Gateway API).",
                                          .attributes = object_attributes({spec_attribute(), addresses_attribute()})},
                               .kind = "Gateway",
                               .resource = "gateways",
                               .versions = {{"gateway.networking.k8s.io/v1"}, {"gateway.networking.k8s.io/v1beta1"}},
                               .in_full = true};
  return type;
}

}  // namespace infra::kubernetes
