#include "providers/registry/challenge.h"

#include <algorithm>

namespace infra::registry {

std::map<std::string, std::string> parse_challenge(std::string_view header) {
  std::map<std::string, std::string> out;
  const auto space = header.find(' ');
  if (space == std::string_view::npos) return out;
  header.remove_prefix(space + 1);
  for (auto equals = header.find('='); equals != std::string_view::npos; equals = header.find('=')) {
    auto name = header.substr(0, equals);
    name.remove_prefix(std::min(name.find_first_not_of(", "), name.size()));
    header.remove_prefix(equals + 1);
    const bool quoted = header.starts_with('"');
    if (quoted) header.remove_prefix(1);
    const auto end = std::min(header.find(quoted ? '"' : ','), header.size());
    out[std::string(name)] = std::string(header.substr(0, end));
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return out;
}

std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= std::min<std::size_t>(bytes.size() - i, 3) ? kDigits[group >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return out;
}

std::string base64_url(std::string_view bytes) {
  auto out = base64(bytes);
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

}  // namespace infra::registry
