#include "cli/app.h"

#include <CLI/CLI.hpp>

#include "base/diagnostics/diagnostic.h"
#include "cli/help/help_text.h"

namespace infra::cli {

void build_app(CLI::App& app, Chosen& chosen, int width) {
  app.require_subcommand(0, 1);
  app.set_version_flag("-v,--version", "infra " INFRA_VERSION, "Print the version");
  app.set_help_flag("-h,--help", "Print this help");
  use_help_text(app, width);  // those below inherit it
  app.footer("`infra help COMMAND` says more. DIR is the current folder, or the nearest one above it that is a stack.");
  for (const auto& command : all_commands()) {
    auto& added = *app.add_subcommand(std::string(command.name), std::string(command.line))->group("Commands");
    command.add(added, chosen);
  }
}

std::vector<const CLI::App*> subcommands_of(const CLI::App& command) {
  std::vector<const CLI::App*> out;
  for (const auto* below : command.get_subcommands({})) {
    if (!below->get_group().empty()) out.push_back(below);
  }
  return out;
}

std::string full_name(const CLI::App& command) {
  const auto* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : full_name(*parent) + " " + command.get_name();
}

Result<const CLI::App*> find_command(const CLI::App& app, const std::vector<std::string>& words) {
  const auto* at = &app;
  for (const auto& word : words) {
    const auto below = subcommands_of(*at);
    const auto found = std::ranges::find(below, word, [](const CLI::App* a) { return a->get_name(); });
    if (found != below.end()) {
      at = *found;
      continue;
    }
    std::vector<std::string> names;
    names.reserve(below.size());
    for (const auto* one : below) names.push_back(one->get_name());
    const auto similar = did_you_mean(word, names);
    return Error{.code = "E0902",
                 .message = fmt::format("`{}` has no command `{}`", full_name(*at), word),
                 .help = similar.empty() ? fmt::format("`{} --help` lists what it has", full_name(*at))
                                         : fmt::format("did you mean `{} {}`?", full_name(*at), similar),
                 .context = {}};
  }
  return at;
}

}  // namespace infra::cli
