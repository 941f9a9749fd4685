// What a run knows of its secrets, told to the one who covers them.
#pragma once
#include <map>
#include <string>

#include "base/secrets/redactor.h"
#include "compiler/compile.h"
#include "planner/planner.h"
#include "providers/provider.h"

namespace infra {

// The secret params that were given from outside. A default that stands in the files is no secret to anybody who may
// read them, and is often a word such as "none".
void hide_params(const Graph& graph, const std::map<std::string, ParamValue>& given, Redactor& redactor);
// What was made of secrets ("Basic …"), if it is long enough to be no common word.
void hide_inputs(const LoweredGraph& lowered, Redactor& redactor);
void hide_inputs(const LoweredResource& resource, Redactor& redactor);
// Covers what engines said about their objects and about themselves.
void clean_observed(Observation& observed, const Redactor& redactor);

}  // namespace infra
