#include "providers/kubernetes/objects/object_json.h"

namespace infra::kubernetes {

Json to_api(const Value& value) {
  if (const auto* inner = value.secret()) return to_api(*inner);
  if (const auto* s = value.string()) return *s;
  if (const auto* i = value.integer()) return *i;
  if (const auto* b = value.boolean()) return *b;
  if (const auto* d = value.get<double>()) return *d;
  if (const auto* list = value.list()) {
    auto out = Json::array();
    for (const auto& item : *list) out.push_back(to_api(item));
    return out;
  }
  if (const auto* map = value.map()) {
    auto out = Json::object();
    for (const auto& [key, item] : *map) out[key] = to_api(item);
    return out;
  }
  if (value.is_null()) return nullptr;
  return to_source(value);
}

Value from_api(const Json& json) {
  switch (json.type()) {
    case Json::value_t::string:
      return json.get_ref<const std::string&>();
    case Json::value_t::boolean:
      return json.get<bool>();
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return json.get<std::int64_t>();
    case Json::value_t::number_float:
      return json.get<double>();
    case Json::value_t::array: {
      List out;
      for (const auto& item : json) out.push_back(from_api(item));
      return out;
    }
    case Json::value_t::object: {
      std::vector<Entry> out;
      for (const auto& [key, item] : json.items()) out.emplace_back(key, from_api(item));
      return Map(std::move(out));
    }
    default:
      return {};
  }
}

const Json& get(const Json& object, std::string_view key) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto at = object.find(key);
  return at != object.end() ? *at : nothing;
}

std::string text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() || value.is_structured() ? std::string() : value.dump();
}

std::int64_t number(const Json& value) { return value.is_number() ? value.get<std::int64_t>() : 0; }

std::optional<Json> parse(std::string_view body) {
  auto out = Json::parse(body, nullptr, false);
  if (out.is_discarded()) return std::nullopt;
  return out;
}

}  // namespace infra::kubernetes
