// English for messages.
#pragma once
#include <string>
#include <string_view>

namespace infra {

// "an image", "a task"
inline std::string with_article(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return std::string(vowel ? "an " : "a ").append(noun);
}

}  // namespace infra
