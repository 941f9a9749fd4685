#include "providers/kubernetes/objects/manifest.h"

#include <fmt/format.h>

#include "base/net/base64.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

constexpr const char* kStack = "infra.stack";
constexpr const char* kLineage = "infra.lineage";
constexpr const char* kAddress = "infra.address";
constexpr const char* kToken = "infra.token";
constexpr const char* kSpec = "infra.spec";
constexpr std::size_t kOfToken = 10;

Json texts(const Value& map) { return map.map() != nullptr ? to_api(map) : Json::object(); }

// What stands beside its successor has a name that no other object has had.
std::string name_of(const ObjectType& type, const Value& inputs, const Mark& mark) {
  auto name = text(to_api(inputs["name"]));
  return is_named_anew(type) ? name + "-" + mark.token.substr(0, kOfToken) : name;
}

Json metadata(const ObjectType& type, const Value& inputs, const Mark& mark) {
  Json out{{"name", name_of(type, inputs, mark)}};
  if (type.namespaced) out["namespace"] = text(to_api(inputs["namespace"]));
  auto labels = texts(inputs["labels"]);
  labels[kLineage] = mark.owner.lineage;
  labels["app.kubernetes.io/managed-by"] = "infra";
  auto annotations = texts(inputs["annotations"]);
  annotations[kStack] = mark.owner.stack;
  annotations[kAddress] = mark.address.text();
  annotations[kToken] = mark.token;
  annotations[kSpec] = mark.spec_hash;
  out["labels"] = std::move(labels);
  out["annotations"] = std::move(annotations);
  return out;
}

Json encoded(const Value& data) {
  auto out = Json::object();
  for (const auto& [name, value] : data.map() != nullptr ? *data.map() : Map()) {
    out[name] = net::base64(text(to_api(value)));
  }
  return out;
}

}  // namespace

bool is_named_anew(const ObjectType& type) { return type.schema.attribute("full_name") != nullptr; }

Manifest to_manifest(const ObjectType& type, const Value& inputs, const Mark& mark, const Server& server) {
  Manifest out{.version = server.version_of(type)};
  out.body = {{"apiVersion", out.version}, {"kind", type.kind}, {"metadata", metadata(type, inputs, mark)}};
  if (out.version.empty()) {
    std::string versions;
    for (const auto& one : type.versions) versions += (versions.empty() ? "" : " or ") + one.name;
    out.too_new.push_back(std::move(versions));
    return out;
  }
  const auto& name = type.schema.name;
  if (name == kSecret) {
    out.body["type"] = to_api(inputs["kind"]);
    out.body["data"] = encoded(inputs["data"]);
    out.body["immutable"] = true;
  } else if (name == kConfigMap) {
    out.body["data"] = texts(inputs["data"]);
    out.body["immutable"] = true;
  } else if (inputs["spec"].map() != nullptr) {
    auto spec = to_api(inputs["spec"]);
    if (inputs["selector"].map() != nullptr) spec["selector"]["matchLabels"] = to_api(inputs["selector"]);
    bring_down(type, spec, server.minor, out.too_new);
    out.body["spec"] = std::move(spec);
  }
  return out;
}

Error too_old(const ObjectType& type, const Manifest& manifest, const Server& server) {
  std::string needs;
  for (const auto& one : manifest.too_new) needs += (needs.empty() ? "" : "; ") + one;
  return {.code = "E0638",
          .message = fmt::format("this {} needs {}: the cluster has {}{}", type.kind, needs, server.version,
                                 manifest.version.empty() ? " and doesn't serve it" : ""),
          .help = manifest.version.empty() ? "install what serves it, or upgrade the cluster" : ""};
}

std::optional<Mark> mark_of(const Json& object) {
  const auto& labels = get(object, "metadata", "labels");
  const auto& annotations = get(object, "metadata", "annotations");
  const auto address = Address::parse(text(get(annotations, kAddress)));
  if (!address || !get(labels, kLineage).is_string()) return std::nullopt;
  return Mark{.owner = {.stack = text(get(annotations, kStack)), .lineage = text(get(labels, kLineage))},
              .address = *address,
              .token = text(get(annotations, kToken)),
              .spec_hash = text(get(annotations, kSpec))};
}

}  // namespace infra::kubernetes
