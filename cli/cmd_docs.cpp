#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/diagnostic.h"
#include "cli/check_stack.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/open_session.h"
#include "cli/report.h"
#include "cli/write_file.h"
#include "compiler/index.h"
#include "compiler/kinds.h"
#include "manual/reference.h"
#include "manual/stack_page.h"

namespace infra::cli {
namespace {

struct DocsOptions {
  LookOptions look;
  std::string kind;  // or a stack's folder
  std::string format = "md";
  std::string out;
};

Error unknown_kind(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& kind : all_kinds()) names.push_back(kind.schema->name);
  const auto near = did_you_mean(name, names);
  return {.code = "E0902",
          .message = fmt::format("there is no kind `{}`", name),
          .help = near.empty() ? fmt::format("the kinds are {}", fmt::join(names, ", "))
                               : fmt::format("did you mean `{}`?", near),
          .context = {}};
}

Result<Ok> write(const std::string& folder, const ManualFile& file) {
  const auto path = std::filesystem::path(folder) / file.path;
  std::error_code problem;
  std::filesystem::create_directories(path.parent_path(), problem);
  if (problem) {
    return Error{.code = "E0907",
                 .message = fmt::format("can't make the folder {}: {}", path.parent_path().string(), problem.message()),
                 .help = "check the path and its permissions",
                 .context = {}};
  }
  return create_file(path.string(), file.text, true);
}

// One kind's page, or all of the reference as one text.
int print(const DocsOptions& options, const Console& console, const std::vector<ManualFile>& files) {
  const auto folder = options.kind.empty() ? "reference/" : fmt::format("reference/kinds/{}.", options.kind);
  for (const auto& file : files) {
    if (file.path.starts_with(folder)) console.print(file.text);
  }
  return kDone;
}

// What the files of a stack or module say of themselves.
int print_stack(const DocsOptions& options, const Console& console) {
  const auto tree = open_tree(options.kind);
  if (!tree) return console.fail(tree.error());
  Index index;
  const auto checked = check_tree(**tree, options.kind, {}, tree->get(), &index);
  const auto& compiled = checked.compiled;
  if (compiled.diagnostics.has_errors()) return report(console, compiled.diagnostics, compiled.sources, {}), kFailed;
  const auto root = (*tree)->display_root();
  const auto page = stack_page(compiled.graph->stack, root == "." ? "" : root, compiled, index);
  const auto text = options.format == "html" ? to_html(page) : page;
  if (options.out.empty()) return console.data(text), kDone;
  if (auto written = write(options.out, {.path = "README." + options.format, .text = text}); !written)
    return console.fail(written.error());
  return kDone;
}

int run(const DocsOptions& options) {
  const Console console(options.look);
  std::error_code ignored;  // what is no folder is no kind either, which is said
  if (find_kind(options.kind) == nullptr && std::filesystem::is_directory(options.kind, ignored))
    return print_stack(options, console);
  if (!options.kind.empty() && find_kind(options.kind) == nullptr) return console.fail(unknown_kind(options.kind));
  const auto platforms = all_platforms();
  const auto files = options.format == "html" ? manual_html(platforms) : manual(platforms);
  if (options.out.empty()) return print(options, console, files);
  for (const auto& file : files) {
    if (auto written = write(options.out, file); !written) return console.fail(written.error());
  }
  console.note(fmt::format("{} pages are in {}.", files.size(), options.out));
  return kDone;
}

}  // namespace

void add_docs(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<DocsOptions>();
  command
      .add_option("KIND|DIR", options->kind,
                  "Only this kind's page, such as task; or what a stack's or module's own files declare")
      ->type_name("");
  command.add_option("--format", options->format, "md or html [md]")
      ->type_name("")
      ->check(CLI::IsMember({"md", "html"}));
  command.add_option("--out", options->out, "Write the pages into this folder instead of printing the reference")
      ->type_name("DIR");
  command.add_flag("--no-color", options->look.no_color, "Plain text; so does the variable NO_COLOR");
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
