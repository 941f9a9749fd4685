#pragma once
#include "cli/commands.h"

namespace infra::cli {

// `infra state recover`, as a command of `infra state`.
void add_state_recover(CLI::App& state, Chosen& chosen);

}  // namespace infra::cli
