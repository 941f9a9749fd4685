#include "providers/nodes/volumes/volume_copy.h"

#include <fmt/format.h>

#include <thread>

#include "base/hash.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/pause/pause_image.h"

namespace infra::nodes {

namespace {

constexpr const char* kFolder = "/volume";
constexpr auto kLookAtCopyAgain = std::chrono::milliseconds(50);

// A container around one volume, gone with this object unless it is left on purpose.
class Around {
 public:
  Around(const Context& context, std::string volume) : context_(context), volume_(std::move(volume)) {}
  Around(const Around&) = delete;
  Around& operator=(const Around&) = delete;
  ~Around() {
    if (!id_.empty() && !left_) static_cast<void>(remove());
  }

  [[nodiscard]] const std::string& id() const { return id_; }
  void leave() { left_ = true; }

  Result<Ok> make(const std::string& name, bool restores, bool wipes) {
    auto image = ensure_pause_image(context_);
    if (!image) return std::move(image).error();
    const Value mount = Map({{"Type", "volume"}, {"Source", volume_}, {"Target", kFolder}});
    Map labels({{"infra.stack", context_.owner.stack}, {"infra.lineage", context_.owner.lineage}});
    if (restores) labels.set(kRestoreLabel, volume_);
    Map body({{"Image", *image},
              {"NetworkDisabled", true},
              {"Labels", std::move(labels)},
              {"HostConfig", Map({{"NetworkMode", "none"}, {"Mounts", List(1, mount)}})}});
    if (wipes) body.set("Cmd", List({Value("wipe"), Value(kFolder)}));
    auto made = context_.engine.post("/containers/create?name=" + name, Value(std::move(body)), shapes::made(),
                                     {.cancel = &context_.cancel});
    if (!made) return std::move(made).error();
    if (!made->ok()) return context_.engine.refused(*made, fmt::format("reach the volume {}", volume_));
    id_ = text_of(made->body["Id"]);
    return Ok{};
  }

  Result<Ok> remove() {
    auto reply = context_.engine.remove(fmt::format("/containers/{}?force=1", id_));
    if (!reply) return std::move(reply).error();
    if (!reply->ok() && reply->status != 404) return context_.engine.refused(*reply, "remove a container of infra");
    id_.clear();
    return Ok{};
  }

  // Runs it to its end.
  Result<Ok> run(const std::string& what) {
    auto started = context_.engine.post(fmt::format("/containers/{}/start", id_));
    if (!started) return std::move(started).error();
    if (!started->ok()) return context_.engine.refused(*started, what);
    for (;;) {
      auto reply = context_.engine.get(fmt::format("/containers/{}/json", id_), shapes::container());
      if (!reply) return std::move(reply).error();
      if (!reply->ok()) return context_.engine.refused(*reply, what);
      const auto& state = reply->body["State"];
      if (!is_true(state["Running"])) {
        if (number_of(state["ExitCode"]) == 0) return Ok{};
        return Error{.code = "E0608", .message = fmt::format("node `{}` couldn't {}", context_.engine.node(), what)};
      }
      if (context_.cancel.aborting()) return Error{.code = "E0703", .message = "stopped while a volume was restored"};
      std::this_thread::sleep_for(kLookAtCopyAgain);
    }
  }

 private:
  const Context& context_;
  std::string volume_, id_;
  bool left_ = false;
};

std::string name_for(const char* purpose, const std::string& volume) {
  return fmt::format("infra-{}-{}", purpose, sha256_hex(volume).substr(0, 12));
}

// Of a run that was killed: nothing goes on in it.
Result<Ok> remove_left_over(const Context& context, const std::string& name) {
  auto reply = context.engine.remove(fmt::format("/containers/{}?force=1", name));
  if (!reply) return std::move(reply).error();
  if (!reply->ok() && reply->status != 404) return context.engine.refused(*reply, "remove a container of infra");
  return Ok{};
}

Result<Ok> wipe(const Context& context, const std::string& volume) {
  const auto name = name_for("wipe", volume);
  if (auto gone = remove_left_over(context, name); !gone) return gone;
  Around around(context, volume);
  // It belongs to a restore: of one that was killed it isn't taken for somebody who uses the volume.
  if (auto made = around.make(name, true, true); !made) return made;
  return around.run(fmt::format("empty the volume {}", volume));
}

Result<Ok> put(const Context& context, const std::string& id, const std::string& volume, const Volumes::Give& give) {
  http::Request request{.method = "PUT", .path = fmt::format("/containers/{}/archive?path=/", id)};
  request.headers.emplace_back("Content-Type: application/x-tar");
  request.body_source = give;
  auto reply = context.engine.raw(std::move(request), {.timeout = {}, .cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, fmt::format("unpack into the volume {}", volume));
  return Ok{};
}

}  // namespace

Result<Ok> copy_volume_out(const Context& context, const std::string& volume, const Volumes::Take& take) {
  const auto name = name_for("backup", volume);
  if (auto gone = remove_left_over(context, name); !gone) return gone;
  Around around(context, volume);
  if (auto made = around.make(name, false, false); !made) return made;
  bool kept = true;
  auto reply = context.engine.follow(fmt::format("/containers/{}/archive?path={}", around.id(), kFolder),
                                     [&](std::string_view piece) { return kept = take(piece); },
                                     {.timeout = {}, .cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, fmt::format("read the volume {}", volume));
  if (!kept) return Error{.code = "E0907", .message = fmt::format("the copy of {} couldn't be kept", volume)};
  return around.remove();
}

Result<Ok> copy_volume_in(const Context& context, const std::string& volume, const Volumes::Give& give) {
  const auto name = name_for("restore", volume);
  if (auto gone = remove_left_over(context, name); !gone) return gone;
  Around around(context, volume);
  if (auto made = around.make(name, true, false); !made) return made;
  // From here on until the end the volume isn't whole, and the container says so.
  around.leave();
  if (auto wiped = wipe(context, volume); !wiped) return wiped;
  if (auto done = put(context, around.id(), volume, give); !done) return done;
  return around.remove();
}

}  // namespace infra::nodes
