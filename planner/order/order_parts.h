// In which order the parts that declarations were lowered to are made.
#pragma once
#include "base/diagnostics/diagnostic.h"
#include "planner/planner.h"

namespace infra {

// Fills LoweredGraph::order from what the parts depend on; resources and owners are there, sorted. A part that stands
// there twice, or needs what isn't there, and a circle are bugs of a platform's lowering: E0999.
void order_parts(LoweredGraph& graph, Diagnostics& diagnostics);

}  // namespace infra
