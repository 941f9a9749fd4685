// What a container uses, of an engine's answer.
#pragma once
#include "base/values/value.h"
#include "providers/live.h"

namespace infra::nodes {

// Of one answer of the engine's stats, which hold two measurements. Pure.
Usage usage_of(const Value& stats);

}  // namespace infra::nodes
