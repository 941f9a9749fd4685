#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "cli/terminal/console.h"
#include "watch/permits.h"

namespace infra::cli {
namespace {

struct AllowOptions {
  LookOptions look;
  std::string commit;
  std::string home;
};

int run(const AllowOptions& options) {
  const Console console(options.look);
  if (auto allowed = allow_commit(options.home, options.commit); !allowed) return console.fail(allowed.error());
  console.note("Allowed. The loop takes it with its next look at the branch.");
  return kDone;
}

}  // namespace

void add_allow(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<AllowOptions>();
  command.add_option("COMMIT", options->commit, "Its whole id, as the loop's message shows it")
      ->type_name("")
      ->required();
  command.add_option("--home", options->home, "The loop's folder: where its state is, or below ~/.local/state/infra")
      ->type_name("DIR")
      ->required();
  add_look(command, options->look);
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
