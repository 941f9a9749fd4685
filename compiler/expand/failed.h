// What an expression is worth whose error was reported: it silences what follows from it.
#pragma once
#include "base/values/value.h"

namespace infra {

inline const Value kFailed = Unknown{"error"};

}  // namespace infra
