// What an API server has: its version, and the groups and versions that it serves.
#pragma once
#include <set>
#include <string>

#include "providers/kubernetes/access/kube_client.h"
#include "providers/kubernetes/objects/object_type.h"

namespace infra::kubernetes {

struct Server {
  std::string version;                // "v1.29.3"
  int minor = 0;                      // 29
  std::set<std::string> served = {};  // "apps/v1"; "v1" is always there

  // The newest that the server has of those in which this type may be had; empty: none.
  [[nodiscard]] std::string version_of(const ObjectType& type) const;
};

// Two calls.
Result<Server> look_at_server(Client& client);

// "/apis/apps/v1/namespaces/shop/deployments/api". Without a name the list, without a namespace the whole cluster's.
std::string path_of(const std::string& version, const std::string& resource, const std::string& space,
                    const std::string& name = {});

}  // namespace infra::kubernetes
