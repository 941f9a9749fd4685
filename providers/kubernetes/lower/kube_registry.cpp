#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/engine/registry/registry_access.h"
#include "providers/kubernetes/lower/kube_names.h"
#include "providers/kubernetes/lower/kube_secrets.h"

namespace infra::kubernetes {

namespace {

bool pulls(const Lowering& lowering, const Resource& task) {
  const auto* containers = task.config["container"].map();
  return containers != nullptr && std::any_of(containers->begin(), containers->end(), [&](const Entry& one) {
           return engine::registry_of(lowering, one.second["image"]) == &lowering.resource;
         });
}

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Value quoted_value(const Value& value) {
  const auto& plain = value.secret() != nullptr ? *value.secret() : value;
  if (const auto* text = plain.string()) return Value::secret(quoted(*text));
  return infra::Call{.function = "json", .arguments = {value}};
}

// {"auths":{"HOST":{"username":"…","password":"…"}}}, as `docker login` writes it.
Value docker_config(const Resource& registry) {
  const List parts{R"({"auths":{)",
                   quoted_value(registry.config["endpoint"]),
                   R"(:{"username":)",
                   quoted_value(registry.config["username"].is_null() ? Value("") : registry.config["username"]),
                   R"(,"password":)",
                   quoted_value(registry.config["password"]),
                   "}}}"};
  std::string text;
  for (const auto& part : parts) {
    const auto& plain = part.secret() != nullptr ? *part.secret() : part;
    if (plain.string() == nullptr) return infra::Call{.function = "interpolate", .arguments = parts};
    text += *plain.string();
  }
  return Value::secret(text);
}

}  // namespace

// A registry that exists, and in each namespace that pulls from it a Secret with its password.
Lowered lower_registry(const Lowering& lowering) {
  const auto& registry = lowering.resource;
  Lowered out;
  out.outputs = entries({{"", registry.config["endpoint"]}, {"endpoint", registry.config["endpoint"]}});
  if (registry.config["password"].is_null()) return out;
  for (const auto* cluster : clusters_with(lowering, [&](const Resource& task) { return pulls(lowering, task); })) {
    out.resources.push_back(make_secret(lowering, part_in(*cluster), namespace_of(lowering, *cluster),
                                        dotted_name("registry", name_of(registry), kLongestNamedAnew),
                                        entries({{".dockerconfigjson", docker_config(registry)}}),
                                        "kubernetes.io/dockerconfigjson"));
    if (!cluster->existing) out.resources.back().depends_on.push_back(cluster->address.with_part("namespace"));
  }
  return out;
}

}  // namespace infra::kubernetes
