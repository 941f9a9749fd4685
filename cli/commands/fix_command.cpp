#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text/text_diff.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "cli/terminal/report.h"
#include "cli/write_file.h"
#include "workspace/fix.h"
#include "workspace/open_session.h"
#include "workspace/params.h"

namespace infra::cli {
namespace {

struct FixOptions {
  StackOptions stack;
  bool dry_run = false;
};

std::string as_json(const FixedStack& fixed, const std::vector<Error>& errors) {
  nlohmann::ordered_json object = {{"fixed", fixed.changes.empty() ? 0 : fixed.applied},
                                   {"changed", nlohmann::ordered_json::array()}};
  for (const auto& change : fixed.changes) object["changed"].push_back(change.path);
  object["diagnostics"] = nlohmann::ordered_json::array();
  object["errors"] = nlohmann::ordered_json::array();
  for (const auto& error : errors) object["errors"].push_back(nlohmann::ordered_json::parse(error_json(error)));
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string verdict(const FixedStack& fixed, bool dry_run, std::size_t unwritten) {
  if (fixed.applied == 0) return "Nothing to fix.";
  if (unwritten > 0 && fixed.changes.empty()) return "Nothing was fixed.";
  if (unwritten > 0)
    return fmt::format("Fixed {} of {} files.", fixed.changes.size(), fixed.changes.size() + unwritten);
  return fmt::format("{} {} message{} in {} file{}.", dry_run ? "Would fix" : "Fixed", fixed.applied,
                     fixed.applied == 1 ? "" : "s", fixed.changes.size(), fixed.changes.size() == 1 ? "" : "s");
}

int run(const FixOptions& options) {
  const Console console(options.stack.look);
  const auto tree = open_tree(options.stack);
  if (!tree) return console.fail(tree.error());
  auto fixed = fix_stack(**tree, options.stack);
  if (!fixed) return console.fail(fixed.error());
  std::vector<Error> errors;
  std::erase_if(fixed->changes, [&](const FixedFile& change) {
    if (!options.dry_run) {
      if (auto written = replace_file(change.path, change.before, change.after); !written) {
        errors.push_back(written.error());
        return true;
      }
    }
    if (!console.json()) console.print(unified_diff(change.path, change.before, change.after));
    return false;
  });
  const auto& left = fixed->checked.compiled;
  const bool good = errors.empty() && !left.diagnostics.has_errors();
  if (console.json()) {
    console.print(with_diagnostics(as_json(*fixed, errors), left.diagnostics, left.sources) + "\n");
    return good ? kDone : kFailed;
  }
  console.note(verdict(*fixed, options.dry_run, errors.size()));
  return report(console, left.diagnostics, left.sources, errors) ? kDone : kFailed;
}

}  // namespace

void add_fix(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<FixOptions>();
  add_folder(command, options->stack.folder);
  command.add_flag("--dry-run", options->dry_run, "Show the changes and make none");
  add_look(command, options->stack.look);
  add_params(command, options->stack);
  when_called(command, chosen, options->stack, EnvironmentUse::optional, [options] { return run(*options); });
}

}  // namespace infra::cli
