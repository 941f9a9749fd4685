#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "apply/records/state_copy.h"
#include "apply/records/state_edit.h"
#include "base/read_file.h"
#include "base/values/codec.h"
#include "cli/commands.h"
#include "cli/commands/state_recover_command.h"
#include "cli/commands/state_unlock_command.h"
#include "cli/exit_code.h"
#include "cli/lock_holder.h"
#include "cli/shared_options.h"
#include "planner/decide/orphan.h"
#include "state/integrity.h"
#include "state/rows/dump.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct StateOptions {
  StackOptions stack;
  std::string address, to, file;
  bool force = false;
};

Result<Address> parsed_address(const std::string& text) {
  if (auto address = Address::parse(text)) return *std::move(address);
  return Error{.code = "E0902",
               .message = fmt::format("`{}` is no address", text),
               .help = "an address is KIND.NAME, such as service.api, or with a part: service.api/0",
               .context = {}};
}

std::string remark(const RecordedResource& row) {
  if (is_orphan(row)) return "  (orphan)";
  if (row.deposed) return "  (old, waits for its removal)";
  if (row.protect) return row.keep ? "  (protected, kept)" : "  (protected)";
  return row.keep ? "  (kept)" : "";
}

int list(const StateOptions& options, const Console& console) {
  const auto state = load_state(options.stack);
  if (!state) return console.fail(state.error());
  if (console.json()) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& row : state->resources) {
      out.push_back({{"address", row.address.text()},
                     {"type", row.type},
                     {"platform", row.platform},
                     {"id", row.id},
                     {"deposed", row.deposed && !is_orphan(row)},
                     {"orphan", is_orphan(row)},
                     {"protect", row.protect}});
    }
    console.print(out.dump() + "\n");
    return kDone;
  }
  if (state->resources.empty()) console.note("Nothing is recorded.");
  std::size_t width = 0;
  for (const auto& row : state->resources) width = std::max(width, row.address.text().size());
  for (const auto& row : state->resources) {
    console.print(fmt::format("{:<{}}  {} on {}  {}{}\n", row.address.text(), width, row.type, row.platform,
                              row.id.substr(0, 12), remark(row)));
  }
  return kDone;
}

int show(const StateOptions& options, const Console& console) {
  auto state = load_state(options.stack);
  if (!state) return console.fail(state.error());
  const auto address = parsed_address(options.address);
  if (!address) return console.fail(address.error());
  auto rows = rows_at(*state, *address);
  if (!rows) return console.fail(rows.error());
  state->resources = *std::move(rows);
  state->intents.clear();
  state->outputs.clear();
  state->platforms.clear();
  console.print(console.json() ? state_to_json(*state) : dump_state(*state));
  return kDone;
}

// Under the lock, in one transaction.
template <class Edit>
int change(const StateOptions& options, const Console& console, const std::string& verb, Edit edit) {
  auto store = open_state(options.stack);
  if (!store) return console.fail(store.error());
  auto lock = (*store)->lock(lock_holder("infra state " + verb));
  if (!lock) return console.fail(lock.error());
  const auto state = (*store)->load();
  if (!state) return console.fail(state.error());
  const Result<StateEdit> edited = edit(*state);
  if (!edited) return console.fail(edited.error());
  if (!edited->mutations.empty()) {
    if (auto serial = (*store)->commit(edited->mutations); !serial) return console.fail(serial.error());
  }
  if (console.json()) {
    console.print(fmt::format("{{\"type\":\"state\",\"changed\":{}}}\n", !edited->mutations.empty()));
    return kDone;
  }
  for (const auto& line : edited->lines) console.print(line + "\n");
  return kDone;
}

int move(const StateOptions& options, const Console& console) {
  const auto from = parsed_address(options.address);
  if (!from) return console.fail(from.error());
  const auto to = parsed_address(options.to);
  if (!to) return console.fail(to.error());
  const int code =
      change(options, console, "mv", [&](const Snapshot& state) { return move_in_state(state, *from, *to); });
  if (code == kDone) console.note("Its declaration must have that name, too: what isn't declared is destroyed.");
  return code;
}

int remove(const StateOptions& options, const Console& console) {
  const auto address = parsed_address(options.address);
  if (!address) return console.fail(address.error());
  const int code =
      change(options, console, "rm", [&](const Snapshot& state) { return remove_from_state(state, *address); });
  if (code == kDone)
    console.note(
        "Nothing was removed outside. What is still declared is taken back by the next apply if it fits, else created "
        "again.");
  return code;
}

int pull(const StateOptions& options, const Console& console) {
  const auto state = load_state(options.stack);
  if (!state) return console.fail(state.error());
  console.data(state_copy(*state));
  return kDone;
}

int push(const StateOptions& options, const Console& console) {
  const auto text = read_file(options.file, "E0516");
  if (!text) return console.fail(text.error());
  const auto pushed = state_from_copy(*text);
  if (!pushed) return console.fail(pushed.error());
  if (const auto breaches = check_snapshot(*pushed); !breaches.empty()) {
    return console.fail({.code = "E0517",
                         .message = "this state can't be pushed: " + breaches.front(),
                         .help = "push a file that `infra state pull` wrote, unchanged",
                         .context = {}});
  }
  auto where = options;
  where.stack.state_exists = false;  // a copy may be pushed into a new state
  return change(where, console, "push",
                [&](const Snapshot& state) { return replace_state(state, *pushed, options.force); });
}

using Run = int (*)(const StateOptions&, const Console&);

CLI::App* add(CLI::App& command, Chosen& chosen, const std::shared_ptr<StateOptions>& options, const char* name,
              const char* line, Run run) {
  auto* below = command.add_subcommand(name, line);
  below->callback([options, run, &chosen] {
    chosen = [options, run] {
      return in_environment(options->stack, EnvironmentUse::required,
                            [&] { return run(*options, Console(options->stack.look)); });
    };
  });
  return below;
}

void add_place(CLI::App& command, StateOptions& options) {
  add_folder(command, options.stack.folder);
  add_look(command, options.stack.look);
  add_state(command, options.stack);
}

void add_address(CLI::App& command, const char* name, std::string& into, const char* text) {
  command.add_option(name, into, text)->type_name("")->required();
}

}  // namespace

void add_state_command(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<StateOptions>();
  command.require_subcommand(1);
  add_place(*add(command, chosen, options, "list", "What is recorded, one object a line", list), *options);

  auto* one = add(command, chosen, options, "show", "Everything that is recorded of one address", show);
  add_address(*one, "ADDRESS", options->address, "A declaration (service.api) or a part of it (service.api/0)");
  add_place(*one, *options);

  auto* mv = add(command, chosen, options, "mv", "Give what is recorded another address", move);
  add_address(*mv, "FROM", options->address, "The address that is recorded");
  add_address(*mv, "TO", options->to, "Its new address");
  add_place(*mv, *options);

  auto* rm = add(command, chosen, options, "rm", "Forget; the objects stay", remove);
  add_address(*rm, "ADDRESS", options->address, "A declaration (service.api) or a part of it (service.api/0)");
  add_place(*rm, *options);

  add_place(*add(command, chosen, options, "pull", "Print the whole state, for `push`", pull), *options);

  auto* in = add(command, chosen, options, "push", "Replace the state by a copy that `pull` printed", push);
  add_address(*in, "FILE", options->file, "The copy");
  in->add_flag("--force", options->force, "Also one that is older than what is recorded, or of another state");
  add_place(*in, *options);
  add_state_recover(command, chosen);
  add_state_unlock(command, chosen);
}

}  // namespace infra::cli
