#include "providers/nodes/registry/registry_files.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/hash.h"
#include "providers/engine/registry/registry_access.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/tasks/container_wait.h"
#include "providers/nodes/tasks/containers.h"

namespace infra::nodes {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 29U;  // of the small files that name images

std::string content_of(archive* tar, std::size_t most) {
  std::string out(most, '\0');
  const auto size = archive_read_data(tar, out.data(), out.size());
  out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return out;
}

// "_manifests/revisions/sha256/HEX/link" and "_manifests/tags/TAG/current/link", which holds a digest.
class IndexReader {
 public:
  void take(std::string_view path, UtcMoment modified, archive* tar) {
    constexpr std::string_view kRevisions = "_manifests/revisions/sha256/", kTags = "_manifests/tags/", kLink = "/link",
                               kCurrent = "/current/link";
    if (path.starts_with(kRevisions) && path.ends_with(kLink)) {
      path.remove_prefix(kRevisions.size());
      path.remove_suffix(kLink.size());
      out_.pushed[fmt::format("sha256:{}", path)] = modified;
    } else if (path.starts_with(kTags) && path.ends_with(kCurrent)) {
      path.remove_prefix(kTags.size());
      path.remove_suffix(kCurrent.size());
      out_.tags[content_of(tar, 256)].emplace_back(path);
    }
  }
  registry::StoredIndex result() {
    for (auto& [digest, tags] : out_.tags) std::sort(tags.begin(), tags.end());
    return std::move(out_);
  }

 private:
  registry::StoredIndex out_;
};

Result<registry::StoredIndex> parse_index(const std::string& bytes, const std::string& node) {
  const std::unique_ptr<archive, int (*)(archive*)> tar(archive_read_new(), archive_read_free);
  archive_read_support_format_tar(tar.get());
  archive_read_support_format_empty(tar.get());
  auto status = archive_read_open_memory(tar.get(), bytes.data(), bytes.size());
  IndexReader reader;
  archive_entry* entry = nullptr;
  while (status == ARCHIVE_OK && (status = archive_read_next_header(tar.get(), &entry)) == ARCHIVE_OK) {
    const auto modified = UtcMoment(std::chrono::seconds(archive_entry_mtime(entry)));
    if (archive_entry_filetype(entry) == AE_IFREG) reader.take(archive_entry_pathname(entry), modified, tar.get());
  }
  if (status != ARCHIVE_EOF)
    return Error{.code = "E0615", .message = fmt::format("node `{}` sent a damaged archive of the registry", node)};
  return reader.result();
}

Result<Value> inspect_registry(const Context& context, const std::string& container) {
  auto reply = context.engine.get(fmt::format("/containers/{}/json", container), shapes::container());
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "look at the registry's container");
  return reply->body;
}

// The one that it was started with: `registry:2` and `registry:3` have theirs at different places.
Value configuration_of(const Value& seen) {
  const auto* command = seen["Config"]["Cmd"].list();
  const auto last = command != nullptr && !command->empty() ? text_of(command->back()) : std::string();
  return last.ends_with(".yml") || last.ends_with(".yaml") ? last : "/etc/docker/registry/config.yml";
}

// Beside the registry's container, from its image and around its volumes.
Result<std::string> make_collector(const Context& context, const std::string& container, const Value& seen) {
  // After the registry's address: its container is another one when an apply has healed it after a kill.
  const auto registry = text_of(seen["Config"]["Labels"]["infra.address"]);
  const auto name = fmt::format("infra-collect-{}", sha256_hex(context.owner.lineage + registry).substr(0, 12));
  if (auto gone = remove_container(context, name); !gone) return std::move(gone).error();  // of a run that was killed
  const Map body({{"Image", seen["Image"]},
                  {"Env", seen["Config"]["Env"]},
                  {"Cmd", List({Value("garbage-collect"), configuration_of(seen)})},
                  {"Labels", Map({{"infra.stack", context.owner.stack},
                                  {"infra.lineage", context.owner.lineage},
                                  {kCollectLabel, registry}})},
                  {"HostConfig", Map({{"NetworkMode", "none"}, {"VolumesFrom", List(1, Value(container))}})}});
  auto made = context.engine.post("/containers/create?name=" + name, Value(body), shapes::made());
  if (!made) return std::move(made).error();
  if (!made->ok()) return context.engine.refused(*made, "collect the registry's garbage");
  return text_of(made->body["Id"]);
}

Result<Ok> run_collector(const Context& context, const std::string& id) {
  auto started = context.engine.post(fmt::format("/containers/{}/start", id));
  if (!started) return std::move(started).error();
  if (!started->ok()) return context.engine.refused(*started, "collect the registry's garbage");
  http::Request wait{.method = "POST", .path = fmt::format("/containers/{}/wait", id)};
  auto ended = context.engine.raw(std::move(wait), {.timeout = {}, .cancel = &context.cancel});
  if (!ended) return std::move(ended).error();
  const auto seen = inspect_registry(context, id);
  if (!seen) return seen.error();
  if (const auto code = number_of((*seen)["State"]["ExitCode"]); code != 0) {
    return Error{.code = "E0605",
                 .message = fmt::format("the registry's `garbage-collect` on node `{}` ended with code {}{}",
                                        context.engine.node(), code, log_tail(context, id, Value(Map()))),
                 .help = "its images are whole: only the space of what was deleted isn't free yet"};
  }
  return Ok{};
}

}  // namespace

Result<registry::StoredIndex> read_stored_index(const Context& context, const std::string& container,
                                                const std::string& repository) {
  const auto folder =
      fmt::format("{}/docker/registry/v2/repositories/{}/_manifests", engine::kRegistryStorage, repository);
  std::string bytes;
  auto reply =
      context.engine.follow(fmt::format("/containers/{}/archive?path={}", container, http::url_encoded(folder)),
                            [&](std::string_view piece) {
                              bytes += piece;
                              return bytes.size() <= kMostBytes;
                            },
                            {.timeout = {}, .cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (reply->status == 404 && mentions(reply->message, {"Could not find the file", "could not find the file"}))
    return registry::StoredIndex{};  // nothing was pushed yet
  if (!reply->ok()) return context.engine.refused(*reply, "read the registry's storage");
  return parse_index(bytes, context.engine.node());
}

Result<Ok> collect_registry(const Context& context, const std::string& container) {
  const auto seen = inspect_registry(context, container);
  if (!seen) return seen.error();
  // Its container is there before the registry stops and until it runs again: so whoever comes after a killed run sees
  // that it left the registry stopped.
  auto collector = make_collector(context, container, *seen);
  if (!collector) return std::move(collector).error();
  auto done = stop_container(context, container, Value(Map()));
  if (done) done = run_collector(context, *collector);
  if (!done) {
    // Whatever broke it off: the registry never runs beside its collector, which takes what is being pushed for
    // garbage. A refusal says that it doesn't run.
    auto ended = context.engine.post(fmt::format("/containers/{}/kill", *collector));
    if (!ended) return done;
  }
  auto started = context.engine.post(fmt::format("/containers/{}/start", container));
  if (!done && (!started || !started->ok())) return done;
  if (!started) return std::move(started).error();
  if (!started->ok()) return context.engine.refused(*started, "start the registry again");
  auto gone = remove_container(context, *collector);
  return done ? gone : done;
}

}  // namespace infra::nodes
