#include "providers/aws/credentials/profiles.h"

#include <algorithm>

namespace infra::aws {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// A comment behind a value needs a space before it: a secret may hold a '#'.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i) {
    if ((value[i] == '#' || value[i] == ';') && (value[i - 1] == ' ' || value[i - 1] == '\t'))
      return value.substr(0, i);
  }
  return value;
}

std::string value_in(const IniSection* section, const std::string& key) {
  if (section == nullptr) return "";
  const auto at = section->find(key);
  return at != section->end() ? at->second : "";
}

const IniSection* section_in(const Ini& ini, const std::string& head) {
  const auto at = ini.find(head);
  return at != ini.end() ? &at->second : nullptr;
}

}  // namespace

Ini parse_ini(std::string_view text) {
  Ini out;
  IniSection* section = nullptr;
  std::string parent;  // the key that indented lines belong to
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto raw = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto line = trimmed(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[' && raw.front() == '[') {
      const auto close = line.find(']');
      std::string head(trimmed(line.substr(1, close - 1)));
      // [profile "a b"] and [profile  dev] are as good as [profile dev].
      std::string clean;
      for (const char c : head) {
        if (c == '"' || c == '\'' || (c == ' ' && clean.ends_with(' '))) continue;
        clean += c == '\t' ? ' ' : c;
      }
      section = &out[clean];
      parent.clear();
      continue;
    }
    const auto equals = line.find('=');
    if (section == nullptr || equals == std::string_view::npos) continue;
    const auto key = lower(trimmed(line.substr(0, equals)));
    const std::string value(trimmed(without_comment(trimmed(line.substr(equals + 1)))));
    const bool nested = (raw.front() == ' ' || raw.front() == '\t') && !parent.empty();
    (*section)[nested ? fmt::format("{}.{}", parent, key) : key] = value;
    if (!nested) parent = key;
  }
  return out;
}

Profiles Profiles::read(const Surroundings& surroundings) {
  const auto at = [&](const char* variable, const char* usual) {
    return parse_ini(surroundings.file(surroundings.variable_or(variable, surroundings.home_path(usual))).value_or(""));
  };
  return {at("AWS_CONFIG_FILE", ".aws/config"), at("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")};
}

const IniSection* Profiles::config_of(const std::string& profile) const {
  if (const auto* section = section_in(config_, "profile " + profile)) return section;
  return profile == "default" ? section_in(config_, "default") : nullptr;
}

bool Profiles::has(const std::string& name) const {
  return config_of(name) != nullptr || section_in(credentials_, name) != nullptr;
}

std::string Profiles::from_config(const std::string& profile, const std::string& key) const {
  return value_in(config_of(profile), key);
}

std::string Profiles::from_credentials(const std::string& profile, const std::string& key) const {
  return value_in(section_in(credentials_, profile), key);
}

std::string Profiles::get(const std::string& profile, const std::string& key) const {
  auto out = from_credentials(profile, key);
  return out.empty() ? from_config(profile, key) : out;
}

const IniSection* Profiles::sso_session(const std::string& name) const {
  return section_in(config_, "sso-session " + name);
}

std::string Profiles::endpoint(const std::string& profile, const std::string& service_key) const {
  if (const auto services = get(profile, "services"); !services.empty() && !service_key.empty()) {
    auto own = value_in(section_in(config_, "services " + services), service_key + ".endpoint_url");
    if (!own.empty()) return own;
  }
  return service_key.empty() ? get(profile, "endpoint_url") : "";
}

}  // namespace infra::aws
