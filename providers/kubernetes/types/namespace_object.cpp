#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& namespace_type() {
  static const ObjectType type{.schema = {.name = std::string(kNamespace),
                                          .doc = "What the names of all other objects belong to.",
                                          .attributes = cluster_attributes({})},
                               .kind = "Namespace",
                               .resource = "namespaces",
                               .namespaced = false,
                               .versions = {{"v1"}},
                               .in_full = true};
  return type;
}

}  // namespace infra::kubernetes
