#include "providers/nodes/volumes/nodes_volumes.h"
#include "providers/nodes/tasks/container_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "providers/http.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/pause/pause_image.h"
#include "providers/nodes/tasks/containers.h"
#include "providers/nodes/volumes/node_volumes.h"
#include "providers/nodes/volumes/volume_copy.h"

namespace infra::nodes {

namespace {

// What containers say of the volumes of their engine.
struct Mounted {
  std::map<std::string, std::vector<std::string>> users;  // by volume: names of containers that run
  std::set<std::string> half_restored;
};

Result<Mounted> mounted_on(Engine& engine) {
  Mounted out;
  auto reply = engine.list("/containers/json?all=1", shapes::listed_container(), [&](const Value& entry) {
    if (const auto restoring = text_of(entry["Labels"][kRestoreLabel]); !restoring.empty()) {
      out.half_restored.insert(restoring);
      return;
    }
    const auto* mounts = entry["Mounts"].list();
    if (mounts == nullptr || text_of(entry["State"]) != "running") return;
    for (const auto& mount : *mounts) {
      if (const auto volume = text_of(mount["Name"]); !volume.empty()) {
        out.users[volume].push_back(listed_name(entry));
      }
    }
  });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its containers");
  for (auto& [volume, users] : out.users) std::sort(users.begin(), users.end());
  return out;
}

Result<std::vector<NamedVolume>> volumes_on(Engine& engine, const Ownership& owner) {
  auto all = list_volumes(engine);
  if (!all) return std::move(all).error();
  auto mounted = mounted_on(engine);
  if (!mounted) return std::move(mounted).error();
  std::vector<NamedVolume> out;
  for (const auto& volume : *all) {
    if (volume.lineage != owner.lineage) continue;
    out.push_back({.name = volume.name,
                   .node = engine.node(),
                   .created = volume.created,
                   .users = mounted->users[volume.name],
                   .half_restored = mounted->half_restored.contains(volume.name)});
  }
  return out;
}

// The last that began goes first.
Result<Ok> for_users(Engine& engine, const std::vector<std::string>& users, const char* verb, const char* what) {
  for (const auto& user : users) {
    auto reply = engine.post(fmt::format("/containers/{}/{}", http::url_encoded(user), verb),
                             {.timeout = std::chrono::minutes(10)});
    if (!reply) return std::move(reply).error();
    if (!reply->ok()) return engine.refused(*reply, fmt::format("{} the container {}", what, user));
  }
  return Ok{};
}

}  // namespace

Result<Volumes::Listed> NodesVolumes::volumes() {
  Listed out;
  for (const auto& [name, engine] : engines_) {
    auto seen = volumes_on(*engine, context_.owner);
    if (seen) {
      std::move(seen->begin(), seen->end(), std::back_inserter(out.volumes));
    } else {
      out.unreachable.emplace_back(fmt::format("node {} of {}", name, context_.platform.name), std::move(seen).error());
    }
  }
  std::sort(out.volumes.begin(), out.volumes.end(),
            [](const auto& a, const auto& b) { return std::tie(a.name, a.node) < std::tie(b.name, b.node); });
  return out;
}

Result<Engine*> NodesVolumes::engine_of(const NamedVolume& volume) const {
  const auto at = engines_.find(volume.node);
  if (at != engines_.end()) return at->second.get();
  return Error{.code = "E0612", .message = fmt::format("the platform has no node `{}` any more", volume.node)};
}

Result<Ok> NodesVolumes::copy_out(const NamedVolume& volume, const Take& take, const Cancel& cancel) {
  auto engine = engine_of(volume);
  if (!engine) return std::move(engine).error();
  const Progress progress;
  const Context context{
      .engine = **engine, .owner = context_.owner, .sources = nullptr, .cancel = cancel, .progress = progress};
  auto done = copy_volume_out(context, volume.name, take);
  if (!done) return done;
  return remove_pause_image(context);
}

Result<Ok> NodesVolumes::copy_in(const NamedVolume& volume, const Give& give, const Cancel& cancel) {
  auto engine = engine_of(volume);
  if (!engine) return std::move(engine).error();
  const Progress progress;
  const Context context{
      .engine = **engine, .owner = context_.owner, .sources = nullptr, .cancel = cancel, .progress = progress};
  auto done = copy_volume_in(context, volume.name, give);
  if (!done) return done;
  return remove_pause_image(context);
}

Result<Ok> NodesVolumes::remove(const NamedVolume& volume) {
  auto engine = engine_of(volume);
  if (!engine) return std::move(engine).error();
  auto reply = (*engine)->remove("/volumes/" + http::url_encoded(volume.name));
  if (!reply) return std::move(reply).error();
  if (reply->ok() || reply->status == 404) return Ok{};
  return (*engine)->refused(*reply, fmt::format("remove the volume {}", volume.name));
}

Result<Ok> NodesVolumes::stop_users(const NamedVolume& volume) {
  auto engine = engine_of(volume);
  if (!engine) return std::move(engine).error();
  const std::vector<std::string> last_first(volume.users.rbegin(), volume.users.rend());
  return for_users(**engine, last_first, "stop", "stop");
}

Result<Ok> NodesVolumes::start_users(const NamedVolume& volume) {
  auto engine = engine_of(volume);
  if (!engine) return std::move(engine).error();
  return for_users(**engine, volume.users, "start", "start");
}

}  // namespace infra::nodes
