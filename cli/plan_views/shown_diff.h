// The difference of two texts, for people.
#pragma once
#include <string>

#include "base/result.h"

namespace infra::cli {

// A unified diff with three lines of context; "" if they are the same. An empty text is a file that isn't there.
Result<std::string> text_diff(const std::string& path, const std::string& before, const std::string& after);

}  // namespace infra::cli
