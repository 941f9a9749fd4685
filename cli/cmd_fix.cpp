#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/apply_fixes.h"
#include "base/edited_tree.h"
#include "base/text_diff.h"
#include "cli/check_stack.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/open_session.h"
#include "cli/params.h"
#include "cli/report.h"
#include "cli/write_file.h"

namespace infra::cli {
namespace {

// One mended mistake may uncover the next; more rounds than this only chase their own tail.
constexpr int kMostRounds = 20;

struct FixOptions {
  StackOptions stack;
  bool dry_run = false;
};

struct Change {
  std::string path;  // as shown, which is where it is on disk
  std::string before, after;
};

struct Mended {
  std::size_t applied = 0;
  std::vector<Change> changes;
  Checked checked;  // with what is left
};

// The path in the tree of a file as messages show it.
std::string path_in_tree(const SourceTree& tree, const std::string& shown) {
  const auto root = tree.display_root();
  const bool below = !root.empty() && root != "." && shown.starts_with(root + "/");
  return below ? shown.substr(root.size() + 1) : shown;
}

Result<Mended> mend(const SourceTree& tree, const StackOptions& options) {
  const auto params = gather_params(options, process_environment());
  if (!params) return params.error();
  EditedTree edited(tree);
  std::map<std::string, Change> changes;
  std::size_t applied = 0;
  for (int round = 0;; ++round) {
    auto checked = check_tree(edited, options.folder, *params);
    const auto& sources = checked.compiled.sources;
    auto fixed = apply_fixes(checked.compiled.diagnostics, sources);
    if (fixed.applied == 0 || round == kMostRounds) {
      Mended out{.applied = applied, .changes = {}, .checked = std::move(checked)};
      for (auto& [path, change] : changes) out.changes.push_back(std::move(change));
      return out;
    }
    applied += fixed.applied;
    for (auto& [file, text] : fixed.texts) {
      const auto& source = sources.file(file);
      auto& change = changes.try_emplace(source.path, Change{source.path, source.text, {}}).first->second;
      change.after = text;
      edited.set(path_in_tree(tree, source.path), std::move(text));
    }
  }
}

std::string as_json(const Mended& mended, const std::vector<Error>& errors) {
  nlohmann::ordered_json object = {{"fixed", mended.applied}, {"changed", nlohmann::ordered_json::array()}};
  for (const auto& change : mended.changes) object["changed"].push_back(change.path);
  object["diagnostics"] = nlohmann::ordered_json::array();
  object["errors"] = nlohmann::ordered_json::array();
  for (const auto& error : errors) object["errors"].push_back(nlohmann::ordered_json::parse(error_json(error)));
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string verdict(const Mended& mended, bool dry_run) {
  if (mended.applied == 0) return "Nothing to fix.";
  return fmt::format("{} {} message{} in {} file{}.", dry_run ? "Would fix" : "Fixed", mended.applied,
                     mended.applied == 1 ? "" : "s", mended.changes.size(), mended.changes.size() == 1 ? "" : "s");
}

int run(const FixOptions& options) {
  const Console console(options.stack.look);
  const auto tree = open_tree(options.stack.folder);
  if (!tree) return console.fail(tree.error());
  const auto mended = mend(**tree, options.stack);
  if (!mended) return console.fail(mended.error());
  std::vector<Error> errors;
  for (const auto& change : mended->changes) {
    if (!console.json()) console.print(unified_diff(change.path, change.before, change.after));
    if (options.dry_run) continue;
    if (auto written = replace_file(change.path, change.before, change.after); !written) {
      errors.push_back(written.error());
    }
  }
  const auto& left = mended->checked.compiled;
  const bool good = errors.empty() && !left.diagnostics.has_errors();
  if (console.json()) {
    console.print(with_diagnostics(as_json(*mended, errors), left.diagnostics, left.sources) + "\n");
    return good ? kDone : kFailed;
  }
  console.note(verdict(*mended, options.dry_run));
  return report(console, left.diagnostics, left.sources, errors) ? kDone : kFailed;
}

}  // namespace

void add_fix(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<FixOptions>();
  add_folder(command, options->stack.folder);
  command.add_flag("--dry-run", options->dry_run, "Show the changes and make none");
  add_look(command, options->stack.look);
  add_params(command, options->stack);
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
