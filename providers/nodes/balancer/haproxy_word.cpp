#include "providers/nodes/balancer/haproxy_word.h"

#include <fmt/format.h>

namespace infra::nodes::balancer {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < ' '; }

std::string escaped(char c) {
  if (c == '\\' || c == '"' || c == '$') return {'\\', c};
  return is_control(c) ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c)) : std::string(1, c);
}

}  // namespace

std::string as_word(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (!is_control(c)) out += escaped(c);
  }
  return out + "\"";
}

std::string as_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c != '\0') out += escaped(c);
  }
  return out + "\"";
}

}  // namespace infra::nodes::balancer
