// Does a state fit together? What is pushed may have been edited by hand, or cut.
#pragma once
#include <optional>
#include <string>

#include "state/state.h"

namespace infra {

// What is wrong with it, in words; nullopt: nothing.
std::optional<std::string> misfit_of(const Snapshot& state);

}  // namespace infra
