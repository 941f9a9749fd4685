#include "providers/kubernetes/types/object_attributes.h"
#include "providers/kubernetes/types/object_rows.h"

namespace infra::kubernetes {

const ObjectType& config_map_type() {
  static const ObjectType type{
      .schema = {.name = std::string(kConfigMap),
                 .doc = "Files and settings for pods; never changed once made.",
                 .attributes = object_attributes(
                     {fixed("data", types::map(types::string()), "Texts by name."), full_name_attribute()})},
      .kind = "ConfigMap",
      .resource = "configmaps",
      .versions = {{"v1"}}};
  return type;
}

}  // namespace infra::kubernetes
