#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& secret_type() {
  static const ObjectType type{
      .schema = {.name = std::string(kSecret),
                 .doc = "Secret texts for pods; never changed once made.",
                 .attributes =
                     object_attributes({fixed("data", types::map(types::string().as_secret()), "Secret texts by name."),
                                        fixed("kind", types::string(), "What sort of secret it is: \"Opaque\"."),
                                        full_name_attribute()})},
      .kind = "Secret",
      .resource = "secrets",
      .versions = {{"v1"}}};
  return type;
}

}  // namespace infra::kubernetes
