#include "providers/kubernetes/objects/contents.h"

#include <set>

#include "providers/kubernetes/access/served.h"

namespace infra::kubernetes {

namespace {

constexpr std::size_t kMost = 10;

}  // namespace

Result<std::vector<std::string>> foreign_contents(Cluster& cluster, const std::string& space) {
  const auto resources = served_in_namespaces(cluster.client());
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
