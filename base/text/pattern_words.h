// What the patterns of the kinds' schemas mean, for those who meet them in a message. tests/kinds holds that none is
// missing.
#pragma once
#include <string_view>

namespace infra {

// "a whole path, such as \"/srv/app\""; empty: a pattern of a user's own type, which is shown as it is.
std::string_view words_of_pattern(std::string_view pattern);

}  // namespace infra
