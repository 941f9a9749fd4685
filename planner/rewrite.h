// Values with their references replaced.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/values/value.h"

namespace infra {

using ReplaceRef = std::function<std::optional<Value>(const Ref&)>;

// `value` with every Ref to an attribute that `replace` has something for replaced, and every Call over values that are
// known then evaluated. Only what holds something unknown is built anew, the rest is shared. A Call that fails stays,
// and `problems` says why.
Value rewrite(const Value& value, const ReplaceRef& replace, std::vector<std::string>* problems);

}  // namespace infra
