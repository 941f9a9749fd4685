#include "providers/kubernetes/contents.h"

#include <algorithm>
#include <set>

namespace infra::kubernetes {

namespace {

constexpr std::size_t kMost = 10;

struct ServedResource {
  std::string version, name;
};

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

Result<std::vector<ServedResource>> resources_of(Cluster& cluster) {
  const auto groups = cluster.client().ask({.path = "/apis"});
  if (!groups) return groups.error();
  std::vector<std::string> versions{"v1"};
  for (const auto& group : get(groups->body, "groups")) {
    versions.push_back(text(get(group, "preferredVersion", "groupVersion")));
  }
  std::vector<ServedResource> out;
  for (const auto& version : versions) {
    const auto listed = cluster.client().ask({.path = (version == "v1" ? "/api/" : "/apis/") + version});
    if (!listed) return listed.error();
    if (!*listed) continue;  // an aggregated API that is down: it can't hold up the rest
    for (const auto& one : get(listed->body, "resources")) {
      if (is_listed(one)) out.push_back({version, text(get(one, "name"))});
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

}  // namespace

Result<std::vector<std::string>> foreign_contents(Cluster& cluster, const std::string& space) {
  const auto resources = resources_of(cluster);
  if (!resources) return resources.error();
  std::set<std::string> out;
  for (const auto& resource : *resources) {
    std::vector<Json> objects;
    auto refused = cluster.client().list(
        {.path = path_of(resource.version, resource.name, space), .metadata_only = true}, objects);
    if (!refused) return std::move(refused).error();
    if (*refused) continue;  // what we may not see isn't in our way to see: the server guards it
    for (const auto& object : objects) {
      const auto mark = mark_of(object);
      const bool ours = mark && mark->owner == cluster.owner();
      const bool part = !get(object, "metadata", "ownerReferences").is_null();
      if (!ours && !part && !is_from_kubernetes(resource.name, object)) {
        out.insert(resource.name + "/" + text(get(object, "metadata", "name")));
      }
    }
  }
  std::vector<std::string> names(out.begin(), out.end());
  if (names.size() > kMost) names.resize(kMost);
  return names;
}

}  // namespace infra::kubernetes
