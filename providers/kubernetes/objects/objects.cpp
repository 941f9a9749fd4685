#include "providers/kubernetes/objects/objects.h"

#include <fmt/format.h>

namespace infra::kubernetes {

std::string ObjectId::text() const {
  return (space.empty() ? name : space + "/" + name) + (uid.empty() ? "" : "@" + uid);
}

ObjectId ObjectId::parse(std::string_view id) {
  ObjectId out;
  if (const auto at = id.rfind('@'); at != std::string_view::npos) {
    out.uid = id.substr(at + 1);
    id = id.substr(0, at);
  }
  const auto slash = id.find('/');
  if (slash != std::string_view::npos) out.space = id.substr(0, slash);
  out.name = slash == std::string_view::npos ? id : id.substr(slash + 1);
  return out;
}

ObjectId ObjectId::of(const Json& object) {
  const auto& metadata = get(object, "metadata");
  return {.space = kubernetes::text(get(metadata, "namespace")),
          .name = kubernetes::text(get(metadata, "name")),
          .uid = kubernetes::text(get(metadata, "uid"))};
}

Cluster::Cluster(Access access, Ownership owner, Sender send, Sleep sleep)
    : client_(std::move(access), std::move(send), std::move(sleep)), owner_(std::move(owner)) {}

Result<Server> Cluster::server() {
  const std::lock_guard lock(mutex_);
  if (server_) return *server_;
  auto seen = look_at_server(client_);
  if (seen) server_ = *seen;
  return seen;
}

Result<std::string> Cluster::version_of(const ObjectType& type) {
  const auto now = server();
  if (!now) return now.error();
  auto version = now->version_of(type);
  if (!version.empty()) return version;
  return Error{
      .code = "E0638",
      .message = fmt::format("this cluster ({}) has no {}s ({})", now->version, type.kind, type.versions.back().name),
      .help = "install what serves them, or use a newer cluster"};
}

Result<std::optional<Json>> Cluster::read(const ObjectType& type, const ObjectId& id, const Cancel* cancel) {
  const auto version = version_of(type);
  if (!version) return version.error();
  auto reply = client_.ask({.path = path_of(*version, type.resource, id.space, id.name), .cancel = cancel});
  if (!reply) return std::move(reply).error();
  if (reply->status == 404) return std::optional<Json>();
  if (!*reply) return refused(*reply, type, "get", id);
  return std::optional(std::move(reply->body));
}

Result<Reply> Cluster::apply(const ObjectType& type, const Json& manifest, const Apply& how) {
  const auto id = ObjectId::of(manifest);
  const auto version = kubernetes::text(get(manifest, "apiVersion"));
  auto path = fmt::format("{}?fieldManager={}&force={}", path_of(version, type.resource, id.space, id.name),
                          how.manager, how.force);
  if (how.dry_run) path += "&dryRun=All";
  return client_.ask({.method = "PATCH",
                      .path = std::move(path),
                      .body = manifest,
                      .content_type = "application/apply-patch+yaml",
                      .cancel = how.cancel});
}

Result<Reply> Cluster::remove(const ObjectType& type, const ObjectId& id, const Cancel* cancel) {
  const auto version = version_of(type);
  if (!version) return version.error();
  // What has parts is gone only after them.
  const bool parts =
      type.kind == "Deployment" || type.kind == "DaemonSet" || type.kind == "Job" || type.kind == "CronJob";
  Json options{{"kind", "DeleteOptions"},
               {"apiVersion", "v1"},
               {"propagationPolicy", parts ? "Foreground" : "Background"},
               {"preconditions", {{"uid", id.uid}}}};
  return client_.ask({.method = "DELETE",
                      .path = path_of(*version, type.resource, id.space, id.name),
                      .body = std::move(options),
                      .cancel = cancel});
}

Error Cluster::refused(const Reply& reply, const ObjectType& type, const std::string& verb, const ObjectId& id) {
  const auto now = server();
  const Deed deed{.verb = verb,
                  .resource = type.resource,
                  .group = group_of(now ? now->version_of(type) : type.versions.front().name),
                  .space = id.space,
                  .name = id.name};
  return refusal(reply, deed, client_.where());
}

}  // namespace infra::kubernetes
