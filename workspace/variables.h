// A variable of the process's environment.
#pragma once
#include <cstdlib>
#include <string>

namespace infra {

// Empty if it isn't set.
inline std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace infra
