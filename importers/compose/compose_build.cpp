#include <fmt/format.h>

#include "importers/compose/compose_file.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

// A context that is fetched: git's URLs in all their forms, a tarball, the GitHub shorthand.
// https://docs.docker.com/build/concepts/context/#remote-context
bool is_remote(const std::string& context) {
  const auto bare = context.substr(0, context.find('#'));
  return context.find("://") != std::string::npos || context.starts_with("git@") ||
         context.starts_with("github.com/") || bare.ends_with(".git");
}

// "https://github.com/docker/app.git#main:web" is app/web.
std::string folder_of(const std::string& url) {
  const auto hash = url.find('#');
  auto name = url.substr(0, hash);
  while (name.ends_with('/')) name.pop_back();
  if (name.ends_with(".git")) name.resize(name.size() - 4);
  name.erase(0, name.find_last_of("/:") + 1);
  const auto fragment = hash == std::string::npos ? std::string() : url.substr(hash + 1);
  const auto colon = fragment.find(':');
  if (colon != std::string::npos && colon + 1 < fragment.size()) name += "/" + fragment.substr(colon + 1);
  return "./" + name;
}

std::string context_of(const std::string& written, const std::string& place, ComposeContext& context) {
  const auto usual = context.variables.usual(parse_template(written));
  if (!usual || !is_remote(*usual)) return context.variables.expression(written, place, Variables::Place::needed);
  const auto folder = folder_of(*usual);
  context.notes.add(place, fmt::format("{}: a context is a folder beside the stack: git clone it there, here as {}",
                                       shown(Json(*usual)), folder));
  return text_literal(folder);
}

}  // namespace

void read_build(Section& service, ComposeService& out, ComposeContext& context) {
  const auto* written = service.take("build");
  if (written == nullptr) return;
  ComposeBuild build;
  if (written->is_string()) {
    build.context = context_of(written->get<std::string>(), service.below("build"), context);
  } else {
    Section section(*written, service.below("build"), context.notes);
    if (const auto text = section.text("context"); !text.empty())
      build.context = context_of(text, section.below("context"), context);
    build.dockerfile = expression_of(section, "dockerfile", context, Variables::Place::needed);
    build.target = expression_of(section, "target", context, Variables::Place::needed);
    for (const auto& [name, arg] : pairs_of(section, "args")) {
      note_shown(arg.value_or(""), section.below("args") + "." + name, context);
      build.args.emplace_back(name, context.variables.expression(arg.value_or(fmt::format("${{{}}}", name)),
                                                                 section.below("args") + "." + name));
    }
    section.finish();
  }
  if (build.context.empty()) build.context = text_literal(".");
  if (build.context.starts_with("\"..") || build.context.starts_with("\"/")) {
    service.note(
        "build",
        fmt::format("the context {} lies outside of the stack's folder: move the stack or the context", build.context));
  }
  if (!out.image.empty()) {
    service.note("image", fmt::format("the built image's name {}: give the image a repository with `to`", out.image));
  }
  out.image.clear();
  out.build = std::move(build);
}

}  // namespace infra::importing
