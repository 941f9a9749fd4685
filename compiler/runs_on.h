// Where things run whose platform follows from what they belong to.
#pragma once
#include "compiler/graph.h"
#include "compiler/names/compilation_units.h"

namespace infra {

// A service and a job run where their cluster is, unless they say otherwise (which a check refuses), and a task where
// the services and jobs that run it are, if these agree. (A subnet or listener is where its parent is from the start.)
void settle_platforms(const Unit& stack, Graph& graph);

}  // namespace infra
