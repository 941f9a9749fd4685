#include "providers/kubernetes/access/served.h"

#include <algorithm>
#include <set>

namespace infra::kubernetes {

namespace {

// Made by controllers, or a record of what happened.
const std::set<std::string> kPassing = {"events",   "endpoints",           "endpointslices", "leases",
                                        "bindings", "controllerrevisions", "pods",           "replicasets"};

bool is_listed(const Json& resource) {
  if (get(resource, "namespaced") != Json(true)) return false;
  const auto name = text(get(resource, "name"));
  if (name.find('/') != std::string::npos || kPassing.contains(name)) return false;
  const auto& verbs = get(resource, "verbs");
  return std::find(verbs.begin(), verbs.end(), "list") != verbs.end();
}

}  // namespace

Result<std::vector<ServedResource>> served_in_namespaces(Client& client) {
  const auto groups = client.ask({.path = "/apis"});
  if (!groups) return groups.error();
  std::vector<std::string> versions{"v1"};
  for (const auto& group : get(groups->body, "groups")) {
    versions.push_back(text(get(group, "preferredVersion", "groupVersion")));
  }
  std::vector<ServedResource> out;
  for (const auto& version : versions) {
    const auto listed = client.ask({.path = (version == "v1" ? "/api/" : "/apis/") + version});
    if (!listed) return listed.error();
    if (!*listed) continue;  // an aggregated API that is down: it can't hold up the rest
    for (const auto& one : get(listed->body, "resources")) {
      if (is_listed(one)) out.push_back({version, text(get(one, "name")), text(get(one, "kind"))});
    }
  }
  return out;
}

bool is_from_kubernetes(const std::string& resource, const Json& object) {
  const auto name = text(get(object, "metadata", "name"));
  if (resource == "serviceaccounts") return name == "default";
  if (resource == "configmaps") return name == "kube-root-ca.crt" || name == "istio-ca-root-cert";
  const auto& annotations = get(object, "metadata", "annotations");
  return resource == "secrets" && text(get(annotations, "kubernetes.io/service-account.name")) == "default";
}

}  // namespace infra::kubernetes
