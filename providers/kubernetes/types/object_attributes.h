// The attributes that types of Kubernetes share.
#pragma once
#include <string>
#include <vector>

#include "base/values/schema.h"

namespace infra::kubernetes {

// An attribute whose change makes a new object.
Attribute fixed(std::string name, Type type, std::string doc);
Attribute changeable(std::string name, Type type, std::string doc);
Attribute output(std::string name, Type type, std::string doc);
// The same output, which an update in place doesn't change: what refers to it needn't wait.
Attribute lasting(Attribute attribute);

// Of an object that lives in a namespace: namespace, name, labels, annotations; then `own`; then what every object
// has as outputs.
std::vector<Attribute> object_attributes(std::vector<Attribute> own);
// The same for one that belongs to the whole cluster.
std::vector<Attribute> cluster_attributes(std::vector<Attribute> own);
// `spec`, changed in place or not at all.
Attribute spec_attribute();
Attribute fixed_spec_attribute();
Attribute addresses_attribute();
// Of what runs pods: the labels by which it tells its own. Nothing can change them.
Attribute selector_attribute();
// Of what stands beside its successor: `name` with something behind that no other object has.
Attribute full_name_attribute();
Attribute rollback_attribute();

// Of an image, which is no object of the cluster.
Schema image_schema();

}  // namespace infra::kubernetes
