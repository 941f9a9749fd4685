// Values on one line of a terminal.
#pragma once
#include <string>
#include <string_view>

#include "base/values/value.h"

namespace infra {

// In columns; every code point counts as one.
std::size_t text_width(std::string_view text);
// At most `width` columns; a cut ends in "…".
std::string cut_text(std::string_view text, std::size_t width);
// As a user would write it; a text of several lines as its first one and their number.
std::string value_text(const Value& value);

}  // namespace infra
