#include "providers/nodes/pause/pause_container.h"

#include <fmt/format.h>

#include <set>
#include <thread>

#include "base/hash.h"
#include "providers/nodes/archive.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/pause/pause_image.h"
#include "providers/nodes/tasks/containers.h"
#include "providers/nodes/tasks/files.h"
#include "providers/nodes/tasks/output_frames.h"

namespace infra::nodes {

namespace {

constexpr auto kLongest = std::chrono::seconds(20);
constexpr auto kLookAgain = std::chrono::milliseconds(20);

std::string folder_of(const std::string& container) { return "/secrets/" + container; }

// What an engine starts again writes its files again by itself. What runs once needs nothing on the disk for that.
bool is_started_again(const CreateRequest& task) { return task.type == "task"; }

// What the pause program reads at each start.
std::string seed_of(const std::vector<SecretFile>& files) {
  std::string out;
  for (const auto& file : files) {
    out += fmt::format("{:o} {} {} {} {}/{}\n", file.mode, file.user, file.group, file.content.size(),
                       folder_of(file.container), file.name());
    out += file.content;
  }
  return out;
}

List tmpfs_mounts(const std::vector<SecretFile>& files) {
  std::map<std::string, std::size_t> sizes;
  for (const auto& file : files) sizes[file.container] += file.content.size() + 4096;
  List out;
  for (const auto& [container, size] : sizes) {
    const auto options = fmt::format("size={},mode=0755,noexec,nosuid,nodev", size + (std::size_t{1} << 20U));
    out.push_back(Map({{"kind", "tmpfs"}, {"path", folder_of(container)}, {"options", options}}));
  }
  return out;
}

CreateRequest pause_request(const CreateRequest& task, const std::string& image, const Map& labels,
                            const std::vector<SecretFile>& files) {
  const auto mode = text_of(task.inputs["mode"]);
  // In host mode nobody may be linked to it, and it needs no network at all.
  Map network(std::vector<Entry>{{"mode", mode == "host" ? "none" : mode}});
  if (mode == "network") {
    network.set("networks", task.inputs["networks"]);
    network.set("aliases", task.inputs["aliases"]);
  }
  List ports;
  for (const auto& [label, container] : *task.inputs["containers"].map()) {
    if (container["ports"].list() == nullptr || mode != "network") continue;
    for (const auto& port : *container["ports"].list()) {
      if (is_true(port["published"])) ports.push_back(port);
    }
  }
  Map inputs({{"name", fmt::format("{}-{}-pause", text_of(task.inputs["name"]), task.address.part)},
              {"image", image},
              {"network", std::move(network)},
              {"restart", is_started_again(task) ? "unless-stopped" : "no"},
              {"stop_signal", "SIGKILL"},
              {"task_labels", labels}});
  if (!ports.empty()) inputs.set("ports", std::move(ports));
  if (auto mounts = tmpfs_mounts(files); !mounts.empty()) inputs.set("mounts", std::move(mounts));
  return {.address = task.address,
          .type = task.type,
          .inputs = std::move(inputs),
          .spec_hash = task.spec_hash,
          .token = task.token};
}

// The engine has named the volumes.
Result<Pause> look_at_pause(const Context& context, const std::string& id) {
  auto reply = context.engine.get(fmt::format("/containers/{}/json", id), shapes::container());
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "show a container");
  Pause out{.id = id};
  const auto* mounts = reply->body["Mounts"].list();
  if (mounts == nullptr) return out;
  const auto start = folder_of("");
  for (const auto& mount : *mounts) {
    const auto folder = text_of(mount["Destination"]);
    if (folder.starts_with(start)) out.tmpfs[folder.substr(start.size())] = text_of(mount["Name"]);
  }
  return out;
}

Result<Ok> wait_for_files(const Context& context, const std::string& id) {
  const auto until = std::chrono::steady_clock::now() + kLongest;
  for (;;) {
    auto log = context.engine.raw(fmt::format("/containers/{}/logs?stdout=1&tail=1", id), {.cancel = &context.cancel});
    if (!log) return std::move(log).error();
    if (log->ok() && mentions(without_frames(log->text), {"ready"})) return Ok{};
    if (context.cancel.aborting()) return Error{.code = "E0703", .message = "stopped while a task's secrets were put"};
    if (std::chrono::steady_clock::now() >= until) {
      return Error{
          .code = "E0608",
          .message = fmt::format("the secret files of a task can't be written on node `{}`", context.engine.node()),
          .help = "see the engine's log (journalctl -u docker)"};
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

constexpr const char* kPutting = "put a task's secrets in place";

Result<Ok> start_from_seed(const Context& context, const std::string& id, const CreateRequest& request,
                           const std::vector<SecretFile>& files) {
  auto put = put_archive(context, id, {{.path = "seed", .content = seed_of(files), .mode = 0400}}, kPutting);
  if (!put) return put;
  if (auto started = start_container(context, id, request); !started) return started;
  return wait_for_files(context, id);
}

// While it runs the engine unpacks into its memory.
Result<Ok> start_and_fill(const Context& context, const std::string& id, const CreateRequest& request,
                          const std::vector<SecretFile>& files) {
  if (auto started = start_container(context, id, request); !started) return started;
  std::vector<ArchiveFile> all;
  for (const auto& file : files) {
    const auto folder = folder_of(file.container).substr(1) + "/";
    const auto name = file.name();
    for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
      all.push_back({.path = folder + name.substr(0, slash + 1), .content = {}, .mode = 0755});
    all.push_back(
        {.path = folder + name, .content = file.content, .mode = file.mode, .user = file.user, .group = file.group});
  }
  return put_archive(context, id, all, kPutting);
}

Result<Pause> set_up(const Context& context, const std::string& id, const CreateRequest& request,
                     const std::vector<SecretFile>& files) {
  if (files.empty()) {
    if (auto started = start_container(context, id, request); !started) return std::move(started).error();
    return Pause{.id = id};
  }
  const auto start = is_started_again(request) ? start_from_seed : start_and_fill;
  if (auto there = start(context, id, request, files); !there) return std::move(there).error();
  return look_at_pause(context, id);
}

}  // namespace

std::string SecretFile::name() const {
  const auto start = std::string(kSecretFolder) + "/";
  if (path.starts_with(start)) return path.substr(start.size());
  return "file-" + sha256_hex(path).substr(0, 12);
}

bool needs_pause(const std::string& mode, const Value& containers) {
  const auto* all = containers.map();
  if (all == nullptr) return false;
  if (mode == "network" && all->size() > 1) return true;
  for (const auto& [label, container] : *all) {
    if (has_secret_files(container)) return true;
  }
  return false;
}

Result<Ok> can_hold_secret_files(Engine& engine) {
  const auto quirks = engine.quirks();
  if (!quirks) return quirks.error();
  if (!quirks->plain_mounts) return Ok{};
  return Error{
      .code = "E0610",
      .message = fmt::format("the engine of node `{}` is {}, which would put secret files on its disk, not in memory",
                             engine.node(), quirks->name),
      .help =
          "give the secret as a variable (secrets = { NAME: … }), which whoever may use the engine sees, or "
          "place this on a node with Docker"};
}

Result<Pause> bring_up_pause(const Context& context, const CreateRequest& request, const Map& labels,
                             const std::vector<SecretFile>& files) {
  if (!files.empty()) {
    if (auto can = can_hold_secret_files(context.engine); !can) return std::move(can).error();
  }
  for (int attempt = 0;; ++attempt) {
    auto image = ensure_pause_image(context);
    if (!image) return std::move(image).error();
    const auto wanted = pause_request(request, *image, labels, files);
    auto id = make_container(context, wanted);
    if (!id) {
      // The last task that had one has gone at this moment, and took the image with it.
      if (id.error().code == "E0604" && attempt < 3) continue;
      return std::move(id).error();
    }
    auto pause = set_up(context, *id, wanted, files);
    if (pause) return pause;
    auto error = std::move(pause).error();
    if (auto removed = remove_container(context, *id); !removed) {
      return std::move(error).during(fmt::format("removing it again, which failed: {}", removed.error().line()));
    }
    return error;
  }
}

}  // namespace infra::nodes
