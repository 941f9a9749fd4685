// Texts as words of a HAProxy configuration.
#pragma once
#include <string>
#include <string_view>

namespace infra::nodes::balancer {

// Of one line: control characters are left out.
std::string as_word(std::string_view text);
// Of any number of lines: each byte but NUL arrives as it is.
std::string as_text(std::string_view text);

}  // namespace infra::nodes::balancer
