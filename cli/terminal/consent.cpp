#include "cli/terminal/consent.h"

namespace infra::cli {

bool may_ask(const Console& console) { return !console.json() && can_ask(); }

Error nobody_to_ask(const std::string& command) {
  return {.code = "E0901",
          .message = "confirmation is needed, but there is no terminal: use -y",
          .help = fmt::format(
              "`infra {} -y` applies whatever the plan is; `infra plan --out FILE`, then `infra apply FILE`, "
              "applies exactly the plan that was reviewed",
              command),
          .context = {}};
}

bool consents(const Console& console, bool destroy, const char* refused) {
  const auto answer = ask(destroy ? "\nType `yes` to destroy all of this: " : "\nType `yes` to apply: ");
  if (answer == "yes") return true;
  console.note(refused);
  return false;
}

}  // namespace infra::cli
