// `extends`: a service takes over what another one has, by the rules of the Compose specification: mappings and lists
// are joined, what stands in both is the extending service's, and a command is one whole.
#include <fmt/format.h>

#include <algorithm>

#include "importers/compose/compose_file.h"

namespace infra::importing {
namespace {

bool one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// `- A=b` is `A: b`, and `- db` of a list of names is `db:`; whatever else stays as it is.
Json as_mapping(const Json& value) {
  if (!value.is_array()) return value;
  Json out = Json::object();
  for (const auto& one : value) {
    if (!one.is_string()) return value;
    const auto text = one.get<std::string>();
    const auto equals = text.find('=');
    out[text.substr(0, equals)] = equals == std::string::npos ? Json() : Json(text.substr(equals + 1));
  }
  return out;
}

Json joined(const Json& base, const Json& own) {
  Json out = base.is_array() ? base : Json::array({base});
  for (const auto& one : own.is_array() ? own : Json::array({own})) {
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
  }
  return out;
}

Json merged(std::string_view key, const Json& base, const Json& own) {
  if (base.is_null()) return own;
  if (own.is_null()) return base;
  if (one_of(key, {"command", "entrypoint", "test"})) return own;
  const bool named = one_of(key, {"environment", "labels", "args", "annotations", "sysctls", "depends_on", "networks"});
  const auto below = named ? as_mapping(base) : base;
  const auto above = named ? as_mapping(own) : own;
  if (below.is_object() && above.is_object()) {
    Json out = below;
    for (const auto& [inner, value] : above.items())
      out[inner] = out.contains(inner) ? merged(inner, out[inner], value) : value;
    return out;
  }
  const bool list = below.is_array() || above.is_array() || key == "env_file";
  return list && !below.is_object() && !above.is_object() ? joined(below, above) : own;
}

Json extended(const std::string& name, const Json& all, std::vector<std::string> from, Notes& notes) {
  const auto& service = all[name];
  if (!service.is_object() || !service.contains("extends")) return service;
  const auto& base = service["extends"];
  const auto wanted = base.is_object() && base.contains("service") ? text_of(base["service"]) : text_of(base);
  Json out = service;
  out.erase("extends");
  const auto place = "services." + name + ".extends";
  from.push_back(name);
  if ((base.is_object() && base.contains("file")) || !all.contains(wanted) || !all[wanted].is_object()) {
    notes.add(place, fmt::format("{} isn't in this file", shown(base)));
    return out;
  }
  if (std::find(from.begin(), from.end(), wanted) != from.end()) {
    notes.add(place, fmt::format("they extend each other in a circle: {} → {}", fmt::join(from, " → "), wanted));
    return out;
  }
  return merged("", extended(wanted, all, std::move(from), notes), out);
}

}  // namespace

Json extended_service(const std::string& name, const Json& all, Notes& notes) { return extended(name, all, {}, notes); }

}  // namespace infra::importing
