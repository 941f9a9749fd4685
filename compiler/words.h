// English for messages.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>

namespace infra {

// "an image", "a task"
inline std::string with_article(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return std::string(vowel ? "an " : "a ").append(noun);
}

// May it stand in a file without quotes?
inline bool is_identifier(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto inside = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), inside);
}

// How a declaration is named in full: `task.api`, `task["web-1"]`.
inline std::string qualified_form(std::string_view kind, std::string_view label) {
  std::string out(kind);
  return is_identifier(label) ? out.append(".").append(label) : out.append("[\"").append(label).append("\"]");
}

}  // namespace infra
