// What a type of object is made of: one row, in a file of its name in types/.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/values/schema.h"

namespace infra::kubernetes {

struct GroupVersion {
  std::string name;  // "v1", "apps/v1"
  int since = 0;     // the minor version of Kubernetes that has this type in it
};

struct ObjectType {
  Schema schema;
  std::string kind;      // "Deployment"
  std::string resource;  // "deployments": as in the path
  bool namespaced = true;
  // In which groups and versions a server may have it, newest first; the first that is served is taken.
  std::vector<GroupVersion> versions;
  bool in_full = false;  // more than its metadata is read: its status or its addresses
};

// All of them but images, sorted by name.
const std::vector<const ObjectType*>& object_types();
const ObjectType* find_object_type(std::string_view name);

}  // namespace infra::kubernetes
