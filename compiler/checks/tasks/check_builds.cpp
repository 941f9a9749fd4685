#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/tasks/check_dockerfile.h"

namespace infra::checks {
namespace {

void check_target(const Resource& image, const Dockerfile& file, Diagnostics& diagnostics) {
  const auto* target = image.config["target"].string();
  if (target == nullptr || file.stages.empty() || file.stage(*target) != nullptr) return;
  std::vector<std::string> names;
  for (const auto& stage : file.stages) {
    if (!stage.name.empty()) names.push_back(stage.name);
  }
  const auto near = did_you_mean(*target, names);
  const auto place = image.place("target");
  auto& diagnostic = diagnostics.error(
      "E0410", place, fmt::format("the Dockerfile of {} has no stage {}", named(image), to_source(Value(*target))),
      "no such stage",
      !near.empty()   ? fmt::format("did you mean \"{}\"?", near)
      : names.empty() ? "no stage has a name: FROM … AS NAME gives one"
                      : fmt::format("its stages are {}", fmt::join(names, ", ")));
  if (!near.empty()) diagnostic.fixes.push_back({place, to_source(Value(near))});
}

// The builder knows these without an ARG.
bool is_predefined(const std::string& name) {
  constexpr std::array<std::string_view, 6> kNames = {"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY",
                                                      "NO_PROXY",   "ALL_PROXY",   "SOURCE_DATE_EPOCH"};
  if (name.starts_with("BUILDKIT_") || name.starts_with("TARGET") || name.starts_with("BUILD")) return true;
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return std::find(kNames.begin(), kNames.end(), upper) != kNames.end();
}

void check_arguments(const Resource& image, const Dockerfile& file, Diagnostics& diagnostics) {
  const auto* args = image.config["args"].map();
  if (args == nullptr || file.stages.empty()) return;
  for (const auto& [name, value] : *args) {
    if (file.arguments.contains(name) || is_predefined(name)) continue;
    const auto near = did_you_mean(name, {file.arguments.begin(), file.arguments.end()});
    diagnostics.warning("E0410", image.written(fmt::format("args.{}:", name)).value_or(image.place("args")),
                        fmt::format("the Dockerfile of {} takes no argument `{}`", named(image), name),
                        "changes nothing",
                        near.empty() ? fmt::format("add `ARG {}` to the Dockerfile, or leave it out", name)
                                     : fmt::format("did you mean `{}`?", near));
  }
}

}  // namespace

void builds(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& image : input.graph.resources) {
    if (image.address.kind != "image") continue;
    const auto file = dockerfile_of(input, image);
    if (!file) continue;
    check_target(image, *file, diagnostics);
    check_arguments(image, *file, diagnostics);
  }
}

}  // namespace infra::checks
