#include "providers/nodes/images/found_image.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/image_reference.h"
#include "providers/http.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/registry/registry_client.h"

namespace infra::nodes {

namespace {

FoundObject found(const std::string& id, const std::string& digest, const std::string& ref) {
  return {.object = {.type = "image", .id = id, .outputs = Map({{"digest", digest}, {"ref", ref}})}};
}

// Podman gives a digest to what it builds too, under a host that is no registry.
bool is_from_a_registry(const Value& image) {
  const auto* digests = image["RepoDigests"].list();
  return digests != nullptr && std::any_of(digests->begin(), digests->end(), [](const Value& digest) {
           return !text_of(digest).starts_with("localhost/");
         });
}

// The id of an image that only this engine has; "" if it has none such.
Result<std::string> local_id(Engine& engine, const std::string& name) {
  auto reply = engine.get(fmt::format("/images/{}/json", name), shapes::image());
  if (!reply) return std::move(reply).error();
  if (reply->status == 404) return std::string();
  if (!reply->ok()) return engine.refused(*reply, "show the image " + name);
  return is_from_a_registry(reply->body) ? std::string() : text_of(reply->body["Id"]);
}

Result<std::optional<FoundObject>> in_registry(const std::string& name, const Value& wanted) {
  const auto reference = registry::parse_reference(name);
  const registry::RegistryClient client({.endpoint = reference.host,
                                         .insecure = is_true(wanted["insecure"]),
                                         .username = text_of(wanted["username"]),
                                         .password = text_of(wanted["password"]),
                                         .realm = text_of(wanted["realm"]),
                                         .ca = text_of(wanted["ca"])});
  auto digest = client.digest(reference.repository, reference.digest.empty() ? reference.tag : reference.digest);
  if (!digest) return std::move(digest).error();
  if (!*digest) return std::optional<FoundObject>();
  const auto ref = fmt::format("{}@{}", reference.name(), **digest);
  return std::optional(found(ref, **digest, ref));
}

}  // namespace

Result<std::optional<FoundObject>> find_image(const std::vector<Engine*>& engines, const std::string& name,
                                              const Value& wanted) {
  for (auto* engine : engines) {
    auto id = local_id(*engine, name);
    if (!id) return std::move(id).error();
    if (!id->empty()) return std::optional(found(*id, *id, *id));
  }
  if (name.starts_with("sha256:")) return std::optional<FoundObject>();
  return in_registry(name, wanted);
}

}  // namespace infra::nodes
