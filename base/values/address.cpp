#include "base/values/address.h"

#include <functional>

namespace infra {

std::string Address::text() const {
  std::string out;
  out.reserve(kind.size() + path.size() + part.size() + 2);
  out += kind;
  out += '.';
  out += path;
  if (!part.empty()) {
    out += '/';
    out += part;
  }
  return out;
}

std::optional<Address> Address::parse(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 >= text.size()) return std::nullopt;
  Address out{.kind = std::string(text.substr(0, dot))};
  text.remove_prefix(dot + 1);
  bool quoted = false;  // a '/' inside a loop's key doesn't start the part
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted) {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '/' && !quoted) {
      out.part = text.substr(i + 1);
      text = text.substr(0, i);
      break;
    }
  }
  if (text.empty() || quoted) return std::nullopt;
  out.path = text;
  return out;
}

std::size_t AddressHash::operator()(const Address& a) const noexcept {
  const std::hash<std::string> hash;
  std::size_t seed = hash(a.path);
  seed ^= hash(a.part) + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2);
  seed ^= hash(a.kind) + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2);
  return seed;
}

std::string run_time_name(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (upper) {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (plain) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

}  // namespace infra
