// `infra state unlock`.
#pragma once
#include "cli/commands.h"

namespace infra::cli {

void add_state_unlock(CLI::App& command, Chosen& chosen);

}  // namespace infra::cli
