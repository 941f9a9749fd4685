// Single objects of a cluster: read, applied, deleted.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "providers/kubernetes/access/refusal.h"
#include "providers/kubernetes/objects/manifest.h"

namespace infra::kubernetes {

// NAMESPACE/NAME@UID, or NAME@UID of what is in none.
struct ObjectId {
  std::string space, name, uid;
  [[nodiscard]] std::string text() const;
  static ObjectId parse(std::string_view id);
  static ObjectId of(const Json& object);
};

class Cluster {
 public:
  Cluster(Access access, Ownership owner, Sender send = {}, Sleep sleep = {});

  [[nodiscard]] Client& client() { return client_; }
  [[nodiscard]] const Access& access() const { return client_.access(); }
  [[nodiscard]] const Ownership& owner() const { return owner_; }
  // What it is; asked once.
  Result<Server> server();

  // A type's path on this server; E0638 if it has none.
  Result<std::string> version_of(const ObjectType& type);
  Result<std::optional<Json>> read(const ObjectType& type, const ObjectId& id, const Cancel* cancel = nullptr);

  struct Apply {
    bool force = false;
    bool dry_run = false;
    const char* manager = kManager;
    const Cancel* cancel = nullptr;
  };
  // Server-side apply: a Reply may be a refusal.
  Result<Reply> apply(const ObjectType& type, const Json& manifest, const Apply& how);
  // Asks for its end; only if it is still that object.
  Result<Reply> remove(const ObjectType& type, const ObjectId& id, const Cancel* cancel);
  [[nodiscard]] Error refused(const Reply& reply, const ObjectType& type, const std::string& verb, const ObjectId& id);

 private:
  Client client_;
  Ownership owner_;
  std::mutex mutex_;
  std::optional<Server> server_;
};

}  // namespace infra::kubernetes
