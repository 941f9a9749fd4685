// `infra import --generate` prints what an object was made from; secrets among its variables aren't repeated.
#pragma once
#include <string>
#include <vector>

#include "base/values/value.h"

namespace infra::cli {

struct WithoutSecrets {
  Value inputs;
  std::vector<std::string> variables;  // whose values were left out
};

// Of the variables of a container ("env", by name or as a list of name and value): those that hold a secret by their
// name or by what they look like.
WithoutSecrets without_secrets(const Value& inputs);

// What to write in their place, as comments above a declaration; empty: nothing was left out.
std::string advice_on_secrets(const std::vector<std::string>& variables);

}  // namespace infra::cli
