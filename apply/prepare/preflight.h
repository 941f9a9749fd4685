// What platforms would refuse of a plan, before anything is touched.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "base/secrets/redactor.h"
#include "compiler/graph.h"
#include "planner/planner.h"
#include "providers/provider.h"

namespace infra {

// Asks each platform once about all that it is to make. What isn't known before something else is made (the digest of
// an image that is built in this plan) can't be asked about.
std::vector<Provider::Refusal> preflight(const Plan& plan,
                                         const std::map<std::string, std::unique_ptr<Provider>>& providers);

// Says them at their services: one message for each, however many copies it has.
void report_refusals(const std::vector<Provider::Refusal>& refusals, const Graph& graph, const Redactor& redactor,
                     Diagnostics& diagnostics);

}  // namespace infra
