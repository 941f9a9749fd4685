// JSON of the API server. What isn't there reads as null, an empty text or 0.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/values/value.h"

namespace infra::kubernetes {

using Json = nlohmann::json;

// Secrets are in clear: for the API only.
Json to_api(const Value& value);
Value from_api(const Json& json);

// A member of a member …: get(object, "metadata", "name").
const Json& get(const Json& object, std::string_view key);
template <class... Keys>
const Json& get(const Json& object, std::string_view key, Keys... keys) {
  return get(get(object, key), keys...);
}
std::string text(const Json& value);  // numbers and booleans as they are written
std::int64_t number(const Json& value);
std::optional<Json> parse(std::string_view body);

}  // namespace infra::kubernetes
