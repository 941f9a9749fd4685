// Objects that anybody may have made, by NAMESPACE/NAME.
#include "providers/kubernetes/kubernetes_provider.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

Map texts_without_ours(const Json& all) {
  Map out;
  for (const auto& [key, value] : all.items()) {
    if (!key.starts_with("infra.")) out.set(key, text(value));
  }
  return out;
}

}  // namespace

Result<std::optional<FoundObject>> KubernetesProvider::read(const std::string& type_name, const std::string& id,
                                                            const Value& wanted) {
  const auto* type = find_object_type(type_name);
  if (type == nullptr) return Provider::read(type_name, id, wanted);
  auto object = cluster_.read(*type, ObjectId::parse(id));
  if (!object) return std::move(object).error();
  if (!*object) return std::optional<FoundObject>();
  const auto found = ObjectId::of(**object);
  {
    const std::lock_guard lock(mutex_);
    read_.insert(found.text());
  }
  auto seen = seen_of(*type, **object);
  FoundObject out{
      .object = {
          .type = type_name, .id = found.text(), .health = std::move(seen.health), .outputs = std::move(seen.outputs)}};
  Map inputs;
  inputs.set("name", found.name);
  if (type->namespaced) inputs.set("namespace", found.space);
  inputs.set("labels", texts_without_ours(get(**object, "metadata", "labels")));
  inputs.set("annotations", texts_without_ours(get(**object, "metadata", "annotations")));
  for (const auto* member : {"spec", "data"}) {
    // The texts of a Secret are read by nobody.
    if (type->schema.attribute(member) != nullptr && type_name != kSecret) {
      inputs.set(member, from_api(get(**object, member)));
    }
  }
  if (type->schema.attribute("selector") != nullptr) {
    inputs.set("selector", from_api(get(**object, "spec", "selector", "matchLabels")));
    auto spec = *inputs.find("spec")->map();
    spec.erase("selector");
    inputs.set("spec", std::move(spec));
  }
  out.inputs = std::move(inputs);
  if (const auto mark = mark_of(**object)) out.owner = mark->owner;
  return std::optional(std::move(out));
}

}  // namespace infra::kubernetes
