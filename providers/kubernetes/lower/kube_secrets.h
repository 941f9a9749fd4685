// Secrets: each object is made once and never changed; a new value is a new object with a name of its own, and so a
// rollout. The provider adds what makes a name its own; here it is what comes before.
#pragma once
#include <map>
#include <string>

#include "providers/kubernetes/lower/kube_lower.h"

namespace infra::kubernetes {

// Where a container's variable comes from.
struct SecretKey {
  Value object;  // the name of the Secret: a Ref to its output
  std::string key;
};
// By container and variable.
using SecretKeys = std::map<std::string, std::map<std::string, SecretKey>>;

LoweredResource make_secret(const Lowering& lowering, std::string part, const std::string& space, std::string name,
                            Map data, std::string kind = "Opaque");

// Of the task that lowering.resource runs. Those that stand in the task itself become a Secret of the runner, which is
// added to `out`.
SecretKeys secrets_of(const Lowering& lowering, const Resource& cluster, const Resource& task, Lowered& out);

// The part of a declaration that stands for it in one cluster's namespace.
std::string part_in(const Resource& cluster);

// The names of the Secrets with which the images of a task are pulled.
List pull_secrets(const Lowering& lowering, const Resource& cluster, const Resource& task);

}  // namespace infra::kubernetes
