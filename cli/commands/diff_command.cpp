#include <CLI/CLI.hpp>
#include <set>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/plan_views/shown_diff.h"
#include "cli/positional.h"
#include "cli/shared_options.h"
#include "cli/shown_revisions.h"
#include "workspace/open_session.h"
#include "workspace/stack_folder.h"

namespace infra::cli {
namespace {

using Files = std::map<std::string, std::string>;

struct DiffOptions {
  StackOptions stack;
  std::vector<std::string> words;  // REV [REV] [DIR]
};

// A side of the comparison: a revision, or the folder as it is.
struct Side {
  std::string name;
  Files files;
};

Result<Side> side_of(Store& store, const History& history, std::uint64_t number) {
  auto revision = find_revision(history, number);
  if (!revision) return std::move(revision).error();
  auto files = revision_files(store, *revision);
  if (!files) return std::move(files).error();
  files->emplace("(params)", revision->params == "{}" ? "" : revision->params + "\n");
  return Side{fmt::format("revision {}", number), *std::move(files)};
}

// Of the folder those files that the other side has, and its own declarations.
Result<Side> folder_side(const StackOptions& stack, const Files& other) {
  auto tree = open_tree(stack);
  if (!tree) return std::move(tree).error();
  auto declarations = (*tree)->root_files(".infra");
  if (!declarations) return std::move(declarations).error();
  std::set<std::string> paths(declarations->begin(), declarations->end());
  for (const auto& [path, text] : other) paths.insert(path);
  paths.erase("(params)");
  Side out{.name = "the folder as it is", .files = {}};
  for (const auto& path : paths) {
    auto text = (*tree)->read(path);
    if (text) {
      out.files.emplace(path, *std::move(text));
    } else if (text.error().code != "E0004") {
      return std::move(text).error();
    }
  }
  return out;
}

int print_diff(const Console& console, const Side& before, const Side& after) {
  std::set<std::string> paths;
  for (const auto* side : {&before, &after}) {
    for (const auto& [path, text] : side->files) paths.insert(path);
  }
  const auto text_in = [](const Files& files, const std::string& path) {
    const auto at = files.find(path);
    return at == files.end() ? std::string() : at->second;
  };
  bool any = false;
  for (const auto& path : paths) {
    const auto diff = text_diff(path, text_in(before.files, path), text_in(after.files, path));
    if (!diff) return console.fail(diff.error());
    any = any || !diff->empty();
    console.print(*diff);
  }
  if (!any) console.note(fmt::format("No difference between {} and {}.", before.name, after.name));
  return kDone;
}

int compare(const DiffOptions& options, const Console& console, std::vector<std::uint64_t> numbers) {
  auto store = open_state(options.stack);
  if (!store) return console.fail(store.error());
  const auto history = read_history(**store);
  if (!history) return console.fail(history.error());
  if (numbers.empty() && !history->revisions.empty()) numbers.push_back(history->revisions.back().number);
  auto before = side_of(**store, *history, numbers.empty() ? 1 : numbers[0]);
  if (!before) return console.fail(before.error());
  if (numbers.size() < 2) before->files.erase("(params)");
  const auto after =
      numbers.size() > 1 ? side_of(**store, *history, numbers[1]) : folder_side(options.stack, before->files);
  if (!after) return console.fail(after.error());
  return print_diff(console, *before, *after);
}

int run(DiffOptions options) {
  const Console console(options.stack.look);
  const auto words = revision_words(options.words, 2);
  if (!words) return console.fail(words.error());
  options.stack.folder = words->folder.value_or(nearest_stack());
  return in_environment(options.stack, EnvironmentUse::required,
                        [&] { return compare(options, console, words->revisions); });
}

}  // namespace

void add_diff(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<DiffOptions>();
  command
      .add_option("WORDS", options->words,
                  "One revision against the folder as it is [the last one], or two; and the stack's folder")
      ->type_name("[REV] [REV] [DIR]")
      ->expected(0, 3);
  add_look(command, options->stack.look);
  add_state(command, options->stack);
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
