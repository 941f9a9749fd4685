// What lets the nodes into a registry that the stack runs for several machines: a user with a password, and a
// certificate that its clients trust because they are told to. The state keeps it (provider type "registry_access").
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/nodes/archive.h"
#include "providers/nodes/kept.h"
#include "providers/provider.h"

namespace infra::nodes {

struct Grant {
  std::string username, password;
  std::string certificate, key;  // PEM; signed by itself

  static Grant make(const std::string& endpoint);  // HOST:PORT
  static std::optional<Grant> from_text(std::string_view text);
  [[nodiscard]] std::string text() const;
};

ObjectResult create_registry_access(const CreateRequest& request, Kept& kept);

// `username`, `password` and `ca` in place of each `grant`, also in those of `access`.
Value with_grants(const Value& inputs, const Kept& kept);

// What the registry's container of these inputs reads when it starts; empty: it lets everybody in. E0605 if the state
// doesn't have it any more.
Result<std::vector<ArchiveFile>> files_of_registry(const Value& inputs, const Kept& kept);

}  // namespace infra::nodes
