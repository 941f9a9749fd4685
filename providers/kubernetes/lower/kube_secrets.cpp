#include "providers/kubernetes/lower/kube_secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "providers/engine/registry/registry_access.h"
#include "providers/kubernetes/lower/kube_names.h"

namespace infra::kubernetes {

namespace {

// "web.DB_PASSWORD": keys of a Secret are letters, digits, -, _ and dots.
std::string key_of(const std::string& container, const std::string& variable) {
  const auto whole = fmt::format("{}.{}", run_time_name(container), variable);
  auto out = whole;
  for (auto& c : out) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && c != '-' && c != '_' && c != '.') c = '_';
  }
  return out == whole ? out : fmt::format("{}-{}", out, sha256_hex(whole).substr(0, 6));
}

bool is_declared(const Lowering& lowering, const Value& value) {
  return value.ref() != nullptr && value.ref()->attribute.empty() && lowering.referred(value) != nullptr;
}

}  // namespace

LoweredResource make_secret(const Lowering& lowering, std::string part, const std::string& space, std::string name,
                            Map data, std::string kind) {
  return make_object(lowering, {.part = std::move(part),
                                .type = "kube_secret",
                                .space = space,
                                .name = std::move(name),
                                .body = entries({{"kind", std::move(kind)}, {"data", std::move(data)}}),
                                .naming = Naming::anew});
}

std::string part_in(const Resource& cluster) { return run_time_name(cluster.address.path); }

SecretKeys secrets_of(const Lowering& lowering, const Resource& cluster, const Resource& task, Lowered& out) {
  SecretKeys keys;
  Map data;
  for (const auto& [label, container] : *task.config["container"].map()) {
    const auto* secrets = container["secrets"].map();
    for (const auto& [variable, value] : secrets != nullptr ? *secrets : Map()) {
      if (is_declared(lowering, value)) {
        keys[label][variable] = {part_of(*lowering.referred(value), part_in(cluster), "full_name"), "value"};
        continue;
      }
      const auto key = key_of(label, variable);
      data.set(key, value);
      keys[label][variable] = {part_of(lowering.resource, "secrets", "full_name"), key};
    }
  }
  if (data.empty()) return keys;
  const auto& runner = lowering.resource;
  out.resources.push_back(make_secret(lowering, "secrets", namespace_of(lowering, cluster),
                                      dotted_name(runner.address.kind, name_of(runner), kLongestNamedAnew),
                                      std::move(data)));
  return keys;
}

List pull_secrets(const Lowering& lowering, const Resource& cluster, const Resource& task) {
  std::set<Address> registries;
  for (const auto& [label, container] : *task.config["container"].map()) {
    const auto* registry = engine::registry_of(lowering, container["image"]);
    if (registry != nullptr && !registry->config["password"].is_null()) registries.insert(registry->address);
  }
  List out;
  for (const auto& address : registries) {
    out.emplace_back(
        entries({{"name", Ref{.address = address.with_part(part_in(cluster)), .attribute = "full_name"}}}));
  }
  return out;
}

}  // namespace infra::kubernetes
