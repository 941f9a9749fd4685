#include "providers/kubernetes/access/kube_server.h"

#include <fmt/format.h>

#include <cstdlib>

#include "providers/kubernetes/access/refusal.h"

namespace infra::kubernetes {

namespace {

// Of a server that was built without its version: the oldest that serves what it does.
int oldest_with(const std::set<std::string>& served) {
  static const std::pair<const char*, int> kSigns[] = {
      {"resource.k8s.io/v1", 34}, {"flowcontrol.apiserver.k8s.io/v1", 29}, {"autoscaling/v2", 23}, {"policy/v1", 21}};
  for (const auto& [version, minor] : kSigns) {
    if (served.contains(version)) return minor;
  }
  return 20;
}

}  // namespace

std::string Server::version_of(const ObjectType& type) const {
  for (const auto& one : type.versions) {
    if (minor >= one.since && (one.name == "v1" || served.contains(one.name))) return one.name;
  }
  return {};
}

Result<Server> look_at_server(Client& client) {
  Server out;
  const auto version = client.ask({.path = "/version"});
  if (!version) return version.error();
  if (!*version) return refusal(*version, {.verb = "get", .resource = "/version"}, client.where());
  out.version = text(get(version->body, "gitVersion"));
  // Its `minor` is "29+" on some clouds, and empty in some builds.
  if (const auto dot = out.version.find('.'); dot != std::string::npos) out.minor = std::atoi(&out.version[dot + 1]);
  if (out.version.empty()) {
    return Error{.code = "E0615",
                 .message = fmt::format("{} isn't the API server of a Kubernetes cluster: its /version says no version",
                                        client.access().target.base)};
  }
  const auto groups = client.ask({.path = "/apis"});
  if (!groups) return groups.error();
  if (!*groups) return refusal(*groups, {.verb = "get", .resource = "/apis"}, client.where());
  for (const auto& group : get(groups->body, "groups")) {
    for (const auto& one : get(group, "versions")) out.served.insert(text(get(one, "groupVersion")));
  }
  if (out.minor == 0) out.minor = oldest_with(out.served);
  return out;
}

std::string path_of(const std::string& version, const std::string& resource, const std::string& space,
                    const std::string& name) {
  auto out = fmt::format("{}/{}", version == "v1" ? "/api" : "/apis", version);
  if (!space.empty()) out += "/namespaces/" + http::url_encoded(space);
  out += "/" + resource;
  if (!name.empty()) out += "/" + http::url_encoded(name);
  return out;
}

}  // namespace infra::kubernetes
