// YAML texts as values, for `yaml_decode`.
#pragma once
#include <string>

#include "base/result.h"
#include "base/values/value.h"

namespace infra {

// One document of the core schema of YAML 1.2: null, booleans, numbers, strings, lists, maps with scalar keys. E0303
// for anything else. Bounded: an alias that stands for a thousand that stand for a thousand ends with a message.
Result<Value> from_yaml(const std::string& text);

}  // namespace infra
