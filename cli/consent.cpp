#include "cli/consent.h"

namespace infra::cli {

bool may_ask(const Console& console) { return !console.json() && can_ask(); }

Error nobody_to_ask(const std::string& command) {
  return {
      .code = "E0901",
      .message = fmt::format("`infra {}` asks before it changes anything, and there is no terminal to ask on", command),
      .help = fmt::format("`infra {} -y` says yes to whatever the plan is; `infra plan --out FILE` and then "
                          "`infra apply FILE` does exactly what was looked at",
                          command),
      .context = {}};
}

bool consents(const Console& console, bool destroy, const char* refused) {
  const auto answer =
      ask(destroy ? "\nDestroy all of this? Only `yes` does it: " : "\nApply these changes? Only `yes` does it: ");
  if (answer == "yes") return true;
  console.note(refused);
  return false;
}

}  // namespace infra::cli
