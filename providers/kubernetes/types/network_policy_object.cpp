#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& network_policy_type() {
  static const ObjectType type{.schema = {.name = std::string(kNetworkPolicy),
                                          .doc = "Who may connect to the pods of a namespace.",
                                          .attributes = object_attributes({spec_attribute()})},
                               .kind = "NetworkPolicy",
                               .resource = "networkpolicies",
                               .versions = {{"networking.k8s.io/v1"}}};
  return type;
}

}  // namespace infra::kubernetes
