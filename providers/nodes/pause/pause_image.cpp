#include "providers/nodes/pause/pause_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/hash.h"
#include "base/values/codec.h"
#include "providers/http.h"
#include "providers/nodes/archive.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/pause/programs.h"

namespace infra::nodes {

namespace {

constexpr std::string_view kRepository = "infra.local/pause";

std::string architecture_name(const std::string& name) {
  if (name == "x86_64") return "amd64";
  return name == "aarch64" ? "arm64" : name;
}

std::string name_of(std::string_view program) {
  return fmt::format("{}:{}", kRepository, sha256_hex(program).substr(0, 12));
}

// In the form of `docker save`, which Podman loads too. Nothing in it depends on when or where it was made.
std::string image_of(const std::string& architecture, std::string_view program) {
  const auto layer = tar_of({{.path = "pause", .content = std::string(program), .mode = 0755}});
  const auto config = to_plain_json(
      Map({{"architecture", architecture},
           {"os", "linux"},
           {"created", "1970-01-01T00:00:00Z"},
           {"config", Map(std::vector<Entry>{{"Entrypoint", List(1, Value("/pause"))}})},
           {"rootfs", Map({{"type", "layers"}, {"diff_ids", List(1, Value("sha256:" + sha256_hex(layer)))}})},
           {"history", List(1, Value(Map({{"created", "1970-01-01T00:00:00Z"}, {"created_by", "infra"}})))}}));
  const Value manifest = List(1, Value(Map({{"Config", "config.json"},
                                            {"RepoTags", List(1, Value(name_of(program)))},
                                            {"Layers", List(1, Value("layer.tar"))}})));
  return tar_of({{.path = "manifest.json", .content = to_plain_json(manifest)},
                 {.path = "config.json", .content = config},
                 {.path = "layer.tar", .content = layer}});
}

Result<Ok> load(const Context& context, const std::string& tar) {
  std::size_t sent = 0;
  const auto source = [&](char* buffer, std::size_t size) -> std::optional<std::size_t> {
    const auto given = std::min(size, tar.size() - sent);
    tar.copy(buffer, given, sent);
    sent += given;
    return given;
  };
  std::string refused;
  auto reply = context.engine.stream("/images/load?quiet=1", source,
                                     [&](const Value& object) {
                                       if (refused.empty()) refused = text_of(object["error"]);
                                     },
                                     {.cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "load the image of pause containers");
  if (refused.empty()) return Ok{};
  return context.engine.refused({.message = refused}, "load the image of pause containers");
}

Result<const PauseProgram*> program_for(const Context& context, std::string& architecture) {
  auto version = context.engine.get("/version", shapes::version());
  if (!version) return std::move(version).error();
  if (!version->ok()) return context.engine.refused(*version, "tell its version");
  architecture = architecture_name(text_of(version->body["Arch"]));
  const auto all = pause_programs();
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return architecture == one.architecture; });
  if (at != all.end()) return &*at;
  return Error{.code = "E0608",
               .message = fmt::format("this build of infra has no pause program for {}, which node `{}` is",
                                      architecture, context.engine.node()),
               .help = "build infra where clang and lld are installed, or on such a machine"};
}

std::string_view bytes_of(const PauseProgram& program) {
  return {reinterpret_cast<const char*>(program.bytes), program.size};
}

}  // namespace

Result<std::string> ensure_pause_image(const Context& context) {
  std::string architecture;
  auto program = program_for(context, architecture);
  if (!program) return std::move(program).error();
  const auto bytes = bytes_of(**program);
  const auto name = name_of(bytes);
  auto there = context.engine.get(fmt::format("/images/{}/json", name), shapes::image(), {.cancel = &context.cancel});
  if (!there) return std::move(there).error();
  if (there->ok()) return name;
  if (there->status != 404) return context.engine.refused(*there, "show the image of pause containers");
  if (auto loaded = load(context, image_of(architecture, bytes)); !loaded) return std::move(loaded).error();
  return name;
}

Result<Ok> remove_pause_image(const Context& context) {
  std::string architecture;
  auto program = program_for(context, architecture);
  if (!program) return Ok{};  // then none was ever there
  auto reply = context.engine.remove("/images/" + name_of(bytes_of(**program)), shapes::removed_images(),
                                     {.cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (reply->ok() || reply->status == 404 || reply->status == 409) return Ok{};
  // Podman says so with 500.
  if (mentions(reply->message, {"in use", "being used", "used by"})) return Ok{};
  return context.engine.refused(*reply, "remove the image of pause containers");
}

}  // namespace infra::nodes
