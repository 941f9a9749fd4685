#include "cli/commands/state_unlock_command.h"
#include "cli/shared_options.h"

#include <CLI/CLI.hpp>

#include "cli/exit_code.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct UnlockOptions {
  StackOptions stack;
  std::uint64_t fence = 0;  // 0: list only
};

std::string line_of(const Lease& lease) {
  const auto& by = lease.holder;
  return fmt::format("{:>5}  {}@{} (process {}), `{}`, since {}\n", lease.fence, by.user, by.host, by.process,
                     by.command, by.since);
}

int list(const Console& console, const std::vector<Lease>& leases) {
  if (leases.empty()) {
    console.note("Nobody holds a lease.");
    return kDone;
  }
  for (const auto& lease : leases) console.print(line_of(lease));
  console.note("`infra state unlock NUMBER` ends one by force: its run can't write any more.");
  return kDone;
}

int run(const UnlockOptions& options) {
  const Console console(options.stack.look);
  auto store = open_state(options.stack);
  if (!store) return console.fail(store.error());
  const auto state = (*store)->load();
  if (!state) return console.fail(state.error());
  if (options.fence == 0) return list(console, state->leases);
  const auto broken = (*store)->break_lease(options.fence);
  if (!broken) return console.fail(broken.error());
  if (!*broken) {
    console.note(fmt::format("There is no lease {}: it has ended.", options.fence));
    return kDone;
  }
  console.note(
      fmt::format("Lease {} is ended: its run, if it still lives, can't write any more, and the next run settles "
                  "what it had begun.",
                  options.fence));
  return kDone;
}

}  // namespace

void add_state_unlock(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<UnlockOptions>();
  auto* unlock = command.add_subcommand("unlock", "List the leases of runs, or end one by force");
  unlock->add_option("LEASE", options->fence, "The lease's number")->type_name("");
  unlock->add_option("--dir", options->stack.folder, "The stack's folder [.]")->type_name("DIR");
  add_look(*unlock, options->stack.look);
  add_state(*unlock, options->stack);
  unlock->callback([options, &chosen] {
    chosen = [options] {
      return in_environment(options->stack, EnvironmentUse::required, [&] { return run(*options); });
    };
  });
}

}  // namespace infra::cli
