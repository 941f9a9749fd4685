// Regular expressions that users write (ECMAScript), matched in a time that no text and no pattern can blow up.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace infra {

// Does the whole text match? An error if the expression isn't one, or needs more than a match may take.
Result<bool> matches_whole(const std::string& text, const std::string& regex);

// As it is written in the language, where a bare `/` would end it: /a\/b/.
std::string pattern_text(const std::string& regex);

}  // namespace infra
