// What the server said no to, as an error with its remedy.
#pragma once
#include <string>

#include "base/result.h"
#include "providers/kubernetes/access/kube_client.h"

namespace infra::kubernetes {

struct Deed {
  std::string verb;        // of RBAC: "patch"
  std::string resource;    // "deployments"
  std::string group = {};  // "apps"; empty: the core's
  std::string space = {};
  std::string name = {};
  [[nodiscard]] std::string object() const;  // "deployments shop/api"
};

// E0633 for a missing permission, with the line of a role that gives it; E0635 for a conflict, with the other manager;
// E0637 for a namespace that is ending; E0634 for the rest.
Error refusal(const Reply& reply, const Deed& deed, const std::string& where);

// "apps/v1" → "apps", "v1" → "".
std::string group_of(const std::string& version);

struct Conflict {
  std::string field;    // "spec.replicas"
  std::string manager;  // "kubectl-edit"
};
std::vector<Conflict> conflicts_of(const Reply& reply);

}  // namespace infra::kubernetes
