// Regular expressions that users write (RE2's: https://github.com/google/re2/wiki/Syntax), matched character by
// character (UTF-8) in a time that is linear in the text, whatever the expression.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace infra {

// One that is matched often, such as a type's: compiled at its first match, which costs as much as a thousand matches.
class Regex {
 public:
  explicit Regex(std::string regex);
  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;
  [[nodiscard]] const std::string& regex() const { return regex_; }
  // Does the whole text match? E0303 if the expression isn't one, or is too large. From any thread.
  [[nodiscard]] Result<bool> matches_whole(std::string_view text) const;

 private:
  struct Compiled;
  std::string regex_;
  mutable std::once_flag once_;
  mutable std::unique_ptr<Compiled> compiled_;
};

// One that is matched once.
Result<bool> matches_whole(std::string_view text, const std::string& regex);

// As it is written in the language, where a bare `/` would end it: /a\/b/.
std::string pattern_text(const std::string& regex);

}  // namespace infra
