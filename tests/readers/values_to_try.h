// Values of an attribute's type, as they are written in a stack.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "tests/readers/varied_stack.h"

namespace infra::testing {

// By attribute, for the few whose type doesn't say enough (values.txt).
using StatedValues = std::map<std::string, std::vector<std::string>>;

std::vector<std::string> values_to_try(const Accepted& accepted, const StatedValues& stated, const StackText& stack);

}  // namespace infra::testing
