// The params that the last apply was given, which a run that isn't given them can be compared with.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "state/store.h"

namespace infra {

struct LastParams {
  std::uint64_t revision = 0;                // 0: nothing was applied yet
  std::map<std::string, std::string> texts;  // as they were given; secrets are never recorded
};

// Of the newest revision that succeeded.
Result<LastParams> last_params(Store& store);

// For a destroy, which should need nothing that the record can answer: what was given then and isn't given now.
void take_recorded(const LastParams& last, std::map<std::string, ParamValue>& params);

// One line for each param that was given then, isn't given now, and so has another value: "greeting falls back to
// "Welcome": the last apply was given "Hello"".
std::vector<std::string> fallen_back(const LastParams& last, const std::map<std::string, ParamValue>& given,
                                     const Graph& graph);

}  // namespace infra
