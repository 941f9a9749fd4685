// What is in namespaces of a cluster, as its API server lists it: for `infra import kubernetes --live`.
#pragma once
#include <string>
#include <vector>

#include "providers/kubernetes/access/kubeconfig.h"
#include "providers/kubernetes/objects/objects.h"

namespace infra::kubernetes {

struct NamespacesWish {
  AccessWish access = {};
  std::vector<std::string> namespaces = {};  // empty: that of the context
  bool all = false;                          // but for Kubernetes' own (kube-system …)
};

struct NamespaceLists {
  std::string where;                // "the namespace shop of the context prod"
  std::string name;                 // what a stack of it may be called
  std::vector<std::string> lists;   // JSON, as `kubectl get -o json` prints it. Of a Secret only names, no values
  std::vector<std::string> unread;  // what couldn't be listed with these credentials, and isn't needed: "roles"
};

// E0633 if what runs may not be listed, E0910 if nothing does.
Result<NamespaceLists> list_namespaces(const NamespacesWish& wish);
// `namespaces` empty: all.
Result<NamespaceLists> list_namespaces(Cluster& cluster, const std::vector<std::string>& namespaces);

}  // namespace infra::kubernetes
