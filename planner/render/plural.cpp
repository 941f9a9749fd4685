#include "planner/render/plural.h"

namespace infra {

std::string plural(const std::string& noun, std::size_t count) {
  if (count == 1) return noun;
  if (const auto of = noun.find(" of "); of != std::string::npos)
    return plural(noun.substr(0, of), count) + noun.substr(of);
  constexpr std::string_view kVowels = "aeiou";
  const bool consonant = noun.size() > 1 && kVowels.find(noun[noun.size() - 2]) == std::string_view::npos;
  if (noun.ends_with('y') && consonant) return noun.substr(0, noun.size() - 1) + "ies";
  if (noun.ends_with('s')) return noun + "es";
  return noun + "s";
}

}  // namespace infra
