// Patterns in which * stands for anything.
#pragma once
#include <string_view>

namespace infra {

// Does every text that `narrow` stands for also match `wide`? A text without * stands for itself.
bool covers(std::string_view wide, std::string_view narrow);

}  // namespace infra
