// Has a value the form that a type wants? Types tell this before anything is computed, but for what comes out of JSON,
// YAML or a list of mixed pairs.
#pragma once
#include "base/values/type.h"
#include "base/values/value.h"

namespace infra {

// Null, and what isn't known yet, has every form; what refinements say is another question, see violated().
bool has_shape(const Type& type, const Value& value);

}  // namespace infra
