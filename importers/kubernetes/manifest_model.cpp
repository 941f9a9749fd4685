#include "importers/kubernetes/manifest_model.h"

namespace infra::importing {

const Json& member(const Json& json, const char* name) {
  static const Json none;
  return json.is_object() && json.contains(name) ? json[name] : none;
}

const Json& taken(Section& section, std::string_view key) {
  static const Json nothing = Json::object();
  const auto* value = section.take(key);
  return value != nullptr ? *value : nothing;
}

}  // namespace infra::importing
