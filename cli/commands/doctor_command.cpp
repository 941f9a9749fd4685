#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/values/codec.h"
#include "cli/commands.h"
#include "cli/doctor/doctor.h"
#include "cli/exit_code.h"
#include "cli/shared_options.h"
#include "workspace/compile_stack.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

void append(std::vector<Finding>& all, std::vector<Finding> more) {
  for (auto& finding : more) all.push_back(std::move(finding));
}

Result<bool> has_stack(const StackOptions& options) {
  const auto tree = open_tree(options);
  if (!tree) return tree.error();
  const auto files = (*tree)->root_files(".infra");
  if (!files) return files.error();
  return !files->empty();
}

// What the stack in the folder needs; what any stack needs if there is none.
Result<std::vector<Finding>> look_at_world(const StackOptions& options, const std::string& home) {
  const auto platforms = all_platforms();
  const auto stack = has_stack(options);
  if (!stack) return stack.error();
  if (!*stack) return look_for_engines(platforms, home);
  const auto compiled = compile_stack(options);
  if (!compiled) return compiled.error();
  std::vector<Finding> findings{{.what = fmt::format("stack in {}", options.folder), .detail = "valid", .help = {}}};
  if (!compiled->graph) {
    findings[0].good = false;
    findings[0].detail = "has errors";
    findings[0].help = fmt::format("`infra validate {}` lists them", options.folder);
    return findings;
  }
  append(findings, look_at_platforms(platforms, *compiled->graph, options));
  append(findings, look_at_registries(*compiled->graph));
  return findings;
}

std::string line(const Finding& finding, bool colour) {
  const std::string_view mark = finding.good ? "✓" : finding.needed ? "✗" : "!";
  const std::string_view shade = finding.good ? "\x1b[32m" : finding.needed ? "\x1b[31m" : "\x1b[33m";
  std::string out = colour ? fmt::format("{}{}\x1b[0m", shade, mark) : std::string(mark);
  out += fmt::format(" {}: {}\n", finding.what, finding.detail);
  if (!finding.good && !finding.help.empty()) out += fmt::format("    {}\n", finding.help);
  return out;
}

std::string as_json(const std::vector<Finding>& findings, bool good) {
  nlohmann::ordered_json object = {{"ok", good}, {"checks", nlohmann::ordered_json::array()}};
  for (const auto& finding : findings) {
    object["checks"].push_back({{"what", finding.what},
                                {"ok", finding.good},
                                {"needed", finding.needed},
                                {"detail", finding.detail},
                                {"help", finding.help}});
  }
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

int diagnose(const StackOptions& options) {
  const Console console(options.look);
  const auto home = state_home(options);
  auto findings = look_at_world(options, home);
  if (!findings) return console.fail(findings.error());
  findings->push_back(look_at_state_folder(home));
  findings->push_back(look_at_disk(home));
  findings->push_back(look_for_git());
  const bool good = std::ranges::all_of(*findings, [](const Finding& f) { return f.good || !f.needed; });
  if (console.json()) {
    console.print(as_json(*findings, good));
    return good ? kDone : kFailed;
  }
  for (const auto& finding : *findings) console.print(line(finding, console.colour()));
  console.print(good ? "Everything that is needed is there.\n" : "Something that is needed is missing: see ✗.\n");
  return good ? kDone : kFailed;
}

}  // namespace

void add_doctor(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<StackOptions>();
  add_stack(command, *options);
  when_called(command, chosen, *options, EnvironmentUse::optional, [options] { return diagnose(*options); });
}

}  // namespace infra::cli
