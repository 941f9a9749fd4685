#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "cli/terminal/console.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

std::string platform_list(std::string_view quote, std::string_view separator) {
  std::string out;
  for (const auto& kind : all_platforms().platform_kinds()) {
    out += fmt::format("{}{}{}{}", out.empty() ? "" : separator, quote, kind, quote);
  }
  return out;
}

int run(const LookOptions& look) {
  const Console console(look);
  if (console.json()) {
    console.print(fmt::format("{{\"version\":\"{}\",\"platforms\":[{}]}}\n", INFRA_VERSION, platform_list("\"", ",")));
  } else {
    console.print(fmt::format("infra {} (platforms: {})\n", INFRA_VERSION, platform_list("", ", ")));
  }
  return kDone;
}

}  // namespace

void add_version(CLI::App& command, Chosen& chosen) {
  const auto look = std::make_shared<LookOptions>();
  add_look(command, *look);
  command.callback([look, &chosen] { chosen = [look] { return run(*look); }; });
}

}  // namespace infra::cli
