// A program that prints credentials (client.authentication.k8s.io, v1 and v1beta1): `aws eks get-token`.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "providers/kubernetes/access/kube_access.h"

namespace infra::kubernetes {

struct ExecPlugin {
  std::string where;  // for messages
  std::string command;
  std::vector<std::string> arguments = {};
  std::vector<std::pair<std::string, std::string>> variables = {};
  std::string version;  // "client.authentication.k8s.io/v1"
  std::string hint;     // how to install it
  std::string server, ca_pem;
  bool tells_cluster = false;  // it wants to know the cluster
};

// Runs when a credential is first needed, and again when it has expired or isn't taken. E0632 if it fails.
CredentialSource credentials_by_exec(ExecPlugin plugin, const Surroundings& surroundings);

}  // namespace infra::kubernetes
