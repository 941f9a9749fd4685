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

}  // namespace infra::registry
