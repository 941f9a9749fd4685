#include "providers/kubernetes/classes.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/kubernetes/objects/condition.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

struct ClassOf {
  const char* field;     // of the spec
  const char* kind;      // "IngressClass"
  const char* resource;  // of the same group and version
  const char* setting;   // of the platform, or of one load balancer's block
};

std::optional<ClassOf> class_of(const ObjectType& type) {
  if (type.schema.name == kIngress) return ClassOf{"ingressClassName", "IngressClass", "ingressclasses", "ingress"};
  if (type.schema.name == kGateway) return ClassOf{"gatewayClassName", "GatewayClass", "gatewayclasses", "gateway"};
  return std::nullopt;
}

// Of an Ingress that names none.
bool has_default_ingress_class(Cluster& cluster, const std::string& path) {
  std::vector<Json> classes;
  const auto refused = cluster.client().list({.path = path, .metadata_only = true}, classes);
  return refused && !*refused && std::ranges::any_of(classes, [](const Json& one) {
           return text(get(one, "metadata", "annotations", "ingressclass.kubernetes.io/is-default-class")) == "true";
         });
}

}  // namespace

bool expects_address(Cluster& cluster, const ObjectType& type, const Json& object) {
  const auto what = class_of(type);
  const auto version = what ? text(get(object, "apiVersion")) : std::string();
  if (!what || version.empty()) return false;
  const auto name = text(get(object, "spec", what->field));
  if (name.empty()) return has_default_ingress_class(cluster, path_of(version, what->resource, "", ""));
  const auto there = cluster.client().ask({.path = path_of(version, what->resource, "", name)});
  if (!there || !*there) return false;
  return type.schema.name != kGateway || text(get(condition_of(there->body, "Accepted"), "status")) == "True";
}

std::optional<Error> Classes::missing(const ObjectType& type, const Manifest& manifest) {
  const auto what = class_of(type);
  if (!what) return std::nullopt;
  const auto name = text(get(manifest.body, "spec", what->field));
  if (name.empty() || is_there(path_of(manifest.version, what->resource, "", name))) return std::nullopt;
  return Error{
      .code = "E0634",
      .message = fmt::format("this {} names the {} `{}`, which the cluster doesn't have", type.kind, what->kind, name),
      .help = fmt::format("install its controller, or name another one: `kubernetes k {{ {} = \"…\" }}`; `infra "
                          "doctor` lists those that are there",
                          what->setting)};
}

bool Classes::is_there(const std::string& path) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto at = seen_.find(path); at != seen_.end()) return at->second;
  }
  const auto reply = cluster_.client().ask({.path = path});
  const bool there = !reply || reply->status != 404;
  const std::scoped_lock lock(mutex_);
  return seen_.emplace(path, there).first->second;
}

}  // namespace infra::kubernetes
