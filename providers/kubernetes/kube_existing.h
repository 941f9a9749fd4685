// What is there already: namespaces and Services that a stack refers to, and objects that it takes over.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "providers/provider.h"

namespace infra::kubernetes {

// `existing cluster` is a namespace, by its name; `existing service` a Service, by NAMESPACE/NAME.
bool reads(std::string_view kind);
std::vector<Sought> sought(const Resource& existing);
Value attributes_of(const Resource& existing, const std::vector<FoundObject>& found);

// `infra import --generate`: a cluster of a namespace, a service of a Deployment.
std::string type_of(std::string_view kind);
std::string declaration_of(const Address& address, const FoundObject& found);

}  // namespace infra::kubernetes
