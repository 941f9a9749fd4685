// Who holds a state's lock while this process changes things: what another run's message will say.
#pragma once
#include <string>

#include "state/store.h"

namespace infra::cli {

LockHolder lock_holder(const std::string& command);

}  // namespace infra::cli
