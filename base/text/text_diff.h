// What differs between two texts, line by line, in the form that `patch` and every reviewer reads.
#pragma once
#include <string>
#include <string_view>

namespace infra {

// A unified diff with three lines of context; "" if the texts are the same.
std::string unified_diff(std::string_view path, std::string_view before, std::string_view after);

}  // namespace infra
