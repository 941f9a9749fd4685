// Values as a message shows them.
#pragma once
#include <string>

#include "base/values/value.h"

namespace infra {

// to_source(), of a large value its beginning and how much there is: "[1, 2, 3, … (30000 in all)]".
std::string brief(const Value& value);

}  // namespace infra
