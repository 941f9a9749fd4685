// The attributes that types of Kubernetes share.
#pragma once
#include <string>
#include <vector>

#include "base/schema.h"

namespace infra::kubernetes {

// An attribute whose change makes a new object.
Attribute fixed(std::string name, Type type, std::string doc);
Attribute changeable(std::string name, Type type, std::string doc);
Attribute output(std::string name, Type type, std::string doc);

// Of an object that lives in a namespace: namespace, name, labels, annotations; then `own`; then what every object
// has as outputs.
std::vector<Attribute> object_attributes(std::vector<Attribute> own);
// The same for one that belongs to the whole cluster.
std::vector<Attribute> cluster_attributes(std::vector<Attribute> own);
// `spec`, changed in place or not at all.
Attribute spec_attribute();
Attribute fixed_spec_attribute();
Attribute addresses_attribute();
// Of what stands beside its successor: `name` with a hash of what it is made of behind.
Attribute full_name_attribute();
Attribute rollback_attribute();

// Of an image, which is no object of the cluster.
Schema image_schema();

}  // namespace infra::kubernetes
