// Nothing is changed before somebody has said yes: on the terminal, or by -y.
#pragma once
#include "cli/terminal/console.h"

namespace infra::cli {

[[nodiscard]] bool may_ask(const Console& console);
// What to say when a yes is needed and there is no terminal to give it.
Error nobody_to_ask(const std::string& command);
// Asks; says so if the answer is no.
[[nodiscard]] bool consents(const Console& console, bool destroy, const char* refused = "Nothing was changed.");

}  // namespace infra::cli
