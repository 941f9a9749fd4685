#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "cli/terminal/console.h"
#include "cli/write_file.h"
#include "workspace/open_session.h"
#include "workspace/scaffold.h"

namespace infra::cli {
namespace {

namespace fs = std::filesystem;

struct InitOptions {
  LookOptions look;
  std::string folder = ".";
  bool yes = false;
};

Result<Ok> prepare_folder(const std::string& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) {
    return Error{.code = "E0907",
                 .message = fmt::format("can't make the folder {}: {}", folder, problem.message()),
                 .help = "check the path and its permissions",
                 .context = {}};
  }
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    if (entry.path().extension() != ".infra" || !entry.is_regular_file(problem)) continue;
    return Error{.code = "E0909",
                 .message = fmt::format("{} is a stack already: it has {}", folder, entry.path().filename().string()),
                 .help = fmt::format("go on with `infra plan {}`, or name another folder", folder),
                 .context = {}};
  }
  return Ok{};
}

// One question, and only if there is something to choose from and somebody to ask.
Result<Beginning> choose(const std::vector<Beginning>& found, bool ask_for_it) {
  if (found.size() == 1 || !ask_for_it) return found.front();
  std::string question = "What should the stack be written from?\n";
  for (std::size_t i = 0; i < found.size(); ++i) question += fmt::format("  {}  {}\n", i + 1, found[i].about);
  const auto answer = ask(question + "Number [1]: ");
  if (answer.empty()) return found.front();
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (answer == std::to_string(i + 1)) return found[i];
  }
  return Error{.code = "E0902",
               .message = fmt::format("`{}` is none of the numbers 1 to {}", answer, found.size()),
               .help = "run `infra init` again",
               .context = {}};
}

// The state and the key of its secrets lie in .infra, and don't belong into a repository.
Result<Ok> ignore_private_files(const std::string& folder) {
  const auto path = (fs::path(folder) / ".gitignore").string();
  std::error_code ignored;  // a file that can't be looked at isn't overwritten either
  if (fs::exists(path, ignored)) return Ok{};
  return create_file(path, "# The state of `infra`, and the key of its secrets.\n.infra/\n", false);
}

int run(const InitOptions& options) {
  const Console console(options.look);
  if (auto ready = prepare_folder(options.folder); !ready) return console.fail(ready.error());
  const auto chosen = choose(beginnings(options.folder), !options.yes && !console.json() && can_ask());
  if (!chosen) return console.fail(chosen.error());
  const auto stack = scaffold(*chosen, folder_name(options.folder));
  if (!stack) return console.fail(stack.error());
  const auto path = (fs::path(options.folder) / stack->file).lexically_normal().string();
  if (auto written = create_file(path, stack->text, false); !written) return console.fail(written.error());
  if (auto done = ignore_private_files(options.folder); !done) return console.fail(done.error());
  console.print(fmt::format("Wrote {}, from {}.\n", path, chosen->about));
  if (!stack->left_out.empty()) {
    console.print("\nNot carried over:\n");
    for (const auto& one : stack->left_out) console.print("- " + one + "\n");
  }
  const auto folder = options.folder == "." ? std::string() : " " + options.folder;
  console.print("\nNext:\n");
  console.print(fmt::format("  infra plan{0}     shows what would be made\n  infra apply{0}    makes it\n", folder));
  return kDone;
}

}  // namespace

void add_init(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<InitOptions>();
  command.add_option("DIR", options->folder, "The stack's folder; it is made if it isn't there [.]")->type_name("");
  command.add_flag("-y,--yes", options->yes, "Don't ask: take the first that is found");
  command.add_flag("--no-color", options->look.no_color, "Plain text; so does the variable NO_COLOR");
  command.callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace infra::cli
