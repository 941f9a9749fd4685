// What a server has in its namespaces, of all groups: types of ours, of others, and of extensions.
#pragma once
#include <string>
#include <vector>

#include "providers/kubernetes/access/kube_client.h"

namespace infra::kubernetes {

struct ServedResource {
  std::string version;  // "apps/v1"
  std::string name;     // "deployments"
  std::string kind;     // "Deployment"
};

// Those that can be listed, each in the version that the server prefers; without what controllers make and what only
// tells what happened (pods, replica sets, events …).
Result<std::vector<ServedResource>> served_in_namespaces(Client& client);

// The object is one that Kubernetes puts into every namespace.
bool is_from_kubernetes(const std::string& resource, const Json& object);

}  // namespace infra::kubernetes
