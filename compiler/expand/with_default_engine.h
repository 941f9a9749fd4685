#pragma once
#include "base/values/value.h"
#include "compiler/compile.h"

namespace infra {

// The config of a `nodes` platform, with `engine` where a node names no endpoint.
Value with_default_engine(Value config, const DefaultEngine& engine);

}  // namespace infra
