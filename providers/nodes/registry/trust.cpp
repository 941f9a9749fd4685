#include "providers/nodes/registry/trust.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "providers/nodes/archive.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/pause/pause_image.h"
#include "providers/nodes/tasks/containers.h"

namespace infra::nodes {
namespace {

constexpr const char* kTrusted = "/etc/docker/certs.d";
constexpr const char* kInside = "/trusted";

// A container of the pause program with that folder, which is made if it isn't there.
Result<std::string> make_helper(const Context& context, const std::string& endpoint, const List& command) {
  const auto name = fmt::format("infra-trust-{}", sha256_hex(endpoint).substr(0, 12));
  if (auto gone = remove_container(context, name); !gone) return std::move(gone).error();  // of a run that was killed
  const auto body = [&](const std::string& image) {
    return Map({{"Image", image},
                {"Cmd", command},
                {"HostConfig",
                 Map({{"NetworkMode", "none"}, {"Binds", List(1, Value(fmt::format("{}:{}", kTrusted, kInside)))}})}});
  };
  for (int attempt = 0;; ++attempt) {
    auto image = ensure_pause_image(context);
    if (!image) return std::move(image).error();
    auto made = context.engine.post("/containers/create?name=" + name, Value(body(*image)), shapes::made());
    if (!made) return std::move(made).error();
    if (made->ok()) return text_of(made->body["Id"]);
    const bool image_went = made->status == 404 && attempt < 3;  // with the last task that had a pause container
    if (!image_went) return context.engine.refused(*made, "trust the registry " + endpoint);
  }
}

Result<Ok> without_helper(const Context& context, const std::string& id, Result<Ok> done) {
  auto gone = remove_container(context, id);
  if (!done) return done;
  if (!gone) return gone;
  return remove_pause_image(context);
}

Result<Ok> run_to_end(const Context& context, const std::string& id, const std::string& endpoint) {
  auto started = context.engine.post(fmt::format("/containers/{}/start", id));
  if (!started) return std::move(started).error();
  if (!started->ok()) return context.engine.refused(*started, "forget the registry " + endpoint);
  http::Request wait{.method = "POST", .path = fmt::format("/containers/{}/wait", id)};
  auto ended = context.engine.raw(std::move(wait), {.cancel = &context.cancel});
  if (!ended) return std::move(ended).error();
  return Ok{};
}

}  // namespace

Result<Ok> trust_registry(const Context& context, const std::string& endpoint, const std::string& certificate) {
  return context.engine.once(fmt::format("trust {} {}", endpoint, sha256_hex(certificate)), [&]() -> Result<Ok> {
    auto id = make_helper(context, endpoint, {});
    if (!id) return std::move(id).error();
    const ArchiveFile file{.path = fmt::format("{}/{}/ca.crt", kInside + 1, endpoint), .content = certificate};
    return without_helper(context, *id, put_archive(context, *id, {file}, "trust the registry " + endpoint));
  });
}

Result<Ok> forget_registry(const Context& context, const std::string& endpoint) {
  auto id = make_helper(context, endpoint, {Value("remove"), Value(fmt::format("{}/{}", kInside, endpoint))});
  if (!id) return std::move(id).error();
  return without_helper(context, *id, run_to_end(context, *id, endpoint));
}

}  // namespace infra::nodes
