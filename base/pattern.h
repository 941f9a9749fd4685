// Regular expressions that users write (RE2's: https://github.com/google/re2/wiki/Syntax), matched character by
// character (UTF-8) in a time that is linear in the text, whatever the expression.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace infra {

// Does the whole text match? E0303 if the expression isn't one, or is too large.
Result<bool> matches_whole(const std::string& text, const std::string& regex);

// As it is written in the language, where a bare `/` would end it: /a\/b/.
std::string pattern_text(const std::string& regex);

}  // namespace infra
