// What a container uses, of an engine's answer.
#pragma once
#include <chrono>

#include "base/values/value.h"
#include "providers/live.h"

namespace infra::nodes {

// Of one answer of the engine's stats, which hold two measurements. Pure.
Usage usage_of(const Value& stats);
// The same of two answers that were given `passed` apart, by an engine that measures once for each. Pure.
Usage usage_between(const Value& before, const Value& now, std::chrono::duration<double> passed);

}  // namespace infra::nodes
