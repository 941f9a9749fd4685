#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/diagnostics/diagnostic.h"
#include "cli/app.h"
#include "cli/exit_code.h"
#include "cli/help/man_pages.h"
#include "cli/one_of.h"
#include "cli/terminal/report.h"
#include "cli/write_file.h"
#include "compiler/index.h"
#include "compiler/kinds.h"
#include "manual/guide.h"
#include "manual/pages.h"
#include "manual/reference.h"
#include "manual/stack_page.h"
#include "workspace/check_stack.h"
#include "workspace/open_session.h"
#include "workspace/permissions.h"

namespace infra::cli {
namespace {

struct DocsOptions {
  LookOptions look;
  std::string kind;  // or a stack's folder
  std::string format = "md";
  std::string out;
  bool iam = false, rbac = false;
};

Error unknown_topic(const std::string& name) {
  std::vector<std::string> names = guide_topics();
  for (const auto& kind : all_kinds()) names.push_back(kind.schema->name);
  std::ranges::sort(names);
  const auto near = did_you_mean(name, names);
  return {.code = "E0902",
          .message = fmt::format("`{}` is neither a kind, a word of the language, nor a folder", name),
          .help = near.empty() ? fmt::format("the kinds and words are {}", fmt::join(names, ", "))
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

int print_man_pages(const DocsOptions& options, const Console& console) {
  CLI::App app{std::string(kAbout), "infra"};
  Chosen unused;
  build_app(app, unused);
  const auto pages = man_pages(app, INFRA_VERSION);
  if (options.out.empty()) {
    const auto name = options.kind.empty() ? std::string("infra.1") : fmt::format("infra-{}.1", options.kind);
    const auto page = std::ranges::find(pages, name, &ManPage::file);
    if (page == pages.end()) return console.fail(unknown_topic(options.kind));
    return console.print(page->text), kDone;
  }
  for (const auto& page : pages) {
    if (auto written = write(options.out, {.path = page.file, .text = page.text}); !written)
      return console.fail(written.error());
  }
  return kDone;
}

// A chapter of the guide, wrapped for a terminal, as it stands for a pipe.
int print_topic(const DocsOptions& options, const Console& console, std::string_view text) {
  if (options.format == "html") return console.print(to_html(text)), kDone;
  constexpr std::size_t kWidest = 100;
  const auto width = std::min(static_cast<std::size_t>(console.width()), kWidest);
  console.print(console.colour() ? page_for_terminal(text, width, true) : std::string(text));
  return kDone;
}

// What whoever applies the stack must be allowed on its platforms of one kind.
int print_permissions(const DocsOptions& options, const Console& console, const std::string& kind) {
  StackOptions stack;
  stack.look = options.look;
  stack.folder = options.kind.empty() ? "." : options.kind;
  const auto permissions = least_permissions(stack, kind);
  if (!permissions) return console.fail(permissions.error());
  for (const auto& one : *permissions) console.data(one.text);
  return kDone;
}

int run(const DocsOptions& options) {
  const Console console(options.look);
  if (options.iam) return print_permissions(options, console, "aws");
  if (options.rbac) return print_permissions(options, console, "kubernetes");
  if (options.format == "man") return print_man_pages(options, console);
  if (const auto topic = guide_topic(options.kind); !topic.empty()) return print_topic(options, console, topic);
  std::error_code ignored;  // what is no folder is no kind either, which is said
  if (find_kind(options.kind) == nullptr && std::filesystem::is_directory(options.kind, ignored))
    return print_stack(options, console);
  if (!options.kind.empty() && find_kind(options.kind) == nullptr) return console.fail(unknown_topic(options.kind));
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
                  "A kind (task), a word of the language (param, module, test), `guide`, or a stack's folder: what "
                  "its files declare")
      ->type_name("");
  command.add_option("--format", options->format, "md, html, or man: the pages of man(1) [md]")
      ->type_name("")
      ->check(one_of({"md", "html", "man"}));
  command.add_option("--out", options->out, "Write the pages into this folder instead of printing the reference")
      ->type_name("DIR");
  command.add_flag("--iam", options->iam, "Print the least policy of IAM that applying the stack in DIR needs");
  command.add_flag("--rbac", options->rbac, "Print the least roles of Kubernetes that applying the stack in DIR needs");
  command.add_flag("--no-color", options->look.no_color, "Plain text; so does the variable NO_COLOR");
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
