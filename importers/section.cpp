#include "importers/section.h"

#include <fmt/format.h>

#include <algorithm>

#include "importers/credentials.h"

namespace infra::importing {
namespace {

constexpr std::size_t kLongest = 60;

const Json& mapping(const Json& value, const std::string& place, Notes& notes) {
  static const Json kNothing = Json::object();
  if (value.is_object()) return value;
  if (!value.is_null()) notes.add(place, fmt::format("a mapping is expected here, not {}", shown(value)));
  return kNothing;
}

}  // namespace

std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

void Notes::add(const std::string& place, const std::string& why) {
  auto line = one_line(fmt::format("{}: {}", place, why));
  if (std::find(all_.begin(), all_.end(), line) == all_.end()) all_.push_back(std::move(line));
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_primitive() && !value.is_null() ? value.dump() : std::string();
}

namespace {

// A note shows no secret.
Json without_secrets(const Json& value) {
  if (value.is_string()) return without_credentials(value.get<std::string>());
  if (!value.is_structured()) return value;
  Json out = value;
  for (auto& [key, one] : out.items()) {
    const bool secret = value.is_object() && names_secret(key) && one.is_primitive();
    one = secret ? Json("***") : without_secrets(one);
  }
  return out;
}

// no, nothing, none of it.
bool says_nothing(const Json& value) {
  if (value.is_structured())
    return std::all_of(value.begin(), value.end(), [](const Json& one) { return says_nothing(one); });
  return value.is_null() || value == false || value == 0 || value == "0" ||
         (value.is_string() && value.get_ref<const std::string&>().empty());
}

}  // namespace

std::string shown(const Json& given) {
  const auto value = without_secrets(given);
  auto text = value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() <= kLongest) return text;
  auto end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + " …";
}

Section::Section(const Json& value, std::string place, Notes& notes)
    : object_(mapping(value, place, notes)), place_(std::move(place)), notes_(notes) {}

std::string Section::below(std::string_view key) const {
  return place_.empty() ? std::string(key) : fmt::format("{}.{}", place_, key);
}

const Json* Section::take(std::string_view key) {
  taken_.insert(std::string(key));
  const auto found = object_.find(std::string(key));
  return found != object_.end() && !found->is_null() ? &*found : nullptr;
}

void Section::ignore(std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) taken_.insert(std::string(key));
}

std::string Section::text(std::string_view key) {
  const auto* value = take(key);
  if (value == nullptr) return {};
  if (!value->is_primitive()) note(key, fmt::format("a text is expected here, not {}", shown(*value)));
  return text_of(*value);
}

bool Section::flag(std::string_view key) {
  const auto* value = take(key);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  const auto written = text_of(*value);
  if (written != "true" && written != "false")
    note(key, fmt::format("true or false is expected here, not {}", shown(*value)));
  return written == "true";
}

std::vector<std::string> Section::texts(std::string_view key) {
  const auto* value = take(key);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (value->is_primitive()) return {text_of(*value)};
  if (!value->is_array()) {
    note(key, fmt::format("a list is expected here, not {}", shown(*value)));
    return out;
  }
  for (const auto& one : *value) {
    if (one.is_primitive() && !one.is_null())
      out.push_back(text_of(one));
    else
      note(key, fmt::format("a text is expected here, not {}", shown(one)));
  }
  return out;
}

std::vector<std::string> Section::texts_of(std::string_view list, const std::string& key) {
  const auto* value = take(list);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  for (const auto& one : value->is_array() ? *value : Json::array({*value})) {
    const auto name = one.is_object() && one.contains(key) ? text_of(one[key]) : std::string();
    out.push_back(name.empty() ? shown(one) : name);
  }
  return out;
}

void Section::finish(std::string_view why) {
  for (const auto& [key, value] : object_.items()) {
    if (taken_.contains(key) || key.starts_with("x-") || says_nothing(value)) continue;
    const bool secret = names_secret(key) && value.is_primitive();
    notes_.add(below(key), fmt::format("{} ({})", why, secret ? "***" : shown(value)));
  }
}

}  // namespace infra::importing
