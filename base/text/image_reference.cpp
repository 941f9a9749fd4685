#include "base/text/image_reference.h"

#include <algorithm>

namespace infra::registry {

namespace {

// The first component is a host only if it looks like one; "shop/web" is a repository of Docker Hub.
bool looks_like_host(std::string_view component) {
  return component == "localhost" || component.find_first_of(".:") != std::string_view::npos;
}

bool valid_component(std::string_view text) {
  auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (text.empty() || !plain(text.front()) || !plain(text.back())) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (plain(text[i]) || text[i] == '-') continue;
    if (text[i] != '.' && text[i] != '_') return false;
    const bool doubled = text[i] == '_' && text[i + 1] == '_' && text[i + 2] != '_' && text[i + 2] != '.';
    if (doubled) ++i;
    if (!plain(text[i + 1])) return false;  // the last character is plain, so there is one
  }
  return true;
}

}  // namespace

Reference parse_reference(std::string_view text) {
  Reference out{.host = "docker.io"};
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    out.digest = text.substr(at + 1);
    text = text.substr(0, at);
  }
  if (const auto slash = text.find('/'); slash != std::string_view::npos && looks_like_host(text.substr(0, slash))) {
    out.host = text.substr(0, slash);
    text.remove_prefix(slash + 1);
  }
  if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    out.tag = text.substr(colon + 1);
    text = text.substr(0, colon);
  } else if (out.digest.empty()) {
    out.tag = "latest";
  }
  out.repository = text;
  if (out.host == "docker.io" && out.repository.find('/') == std::string::npos)
    out.repository = "library/" + out.repository;
  return out;
}

bool valid_repository(std::string_view name) {
  if (name.empty() || name.size() > 255) return false;
  for (;;) {
    const auto slash = name.find('/');
    if (!valid_component(name.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

}  // namespace infra::registry
