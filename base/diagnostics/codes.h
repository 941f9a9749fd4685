// Every code that a user can see, once. tools/check-codes fails the tests on a code that is raised but not listed here,
// or listed but never raised.
#pragma once
#include <span>
#include <string_view>

namespace infra {

// E00 files and input, E01 syntax, E02 names and types, E03 evaluation and loops, E04 checks of the graph, E05 state,
// E06 the world (engines, registries), E07 running a plan, E08 GitOps, E09 the command line.
struct Code {
  std::string_view code;
  std::string_view title;
};
std::span<const Code> all_codes();

}  // namespace infra
