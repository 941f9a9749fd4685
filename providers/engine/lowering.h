// What the lowering of each kind shares. One function a kind, in a file of its name; the table is in engine_lower.cpp.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "providers/engine/engine_types.h"

namespace infra::engine {

struct Lowering {
  const Resource& resource;
  const LowerContext& context;
  Diagnostics& diagnostics;

  // The declaration that a value refers to, or nullptr.
  [[nodiscard]] const Resource* referred(const Value& value) const;
  // All declarations of a kind on this platform's stack, sorted by address.
  [[nodiscard]] const std::vector<const Resource*>& of_kind(std::string_view kind) const;
  // References to declarations and their attributes replaced with what they were lowered to.
  [[nodiscard]] Value substituted(const Value& value) const;
  // A part of this resource; what its inputs refer to is added to `needs`.
  [[nodiscard]] LoweredResource part(std::string name, std::string type, Map inputs,
                                     std::vector<Address> needs = {}) const;
};

// What a declaration gives that couldn't be lowered: its outputs, never to be known. Each cause is reported once, and
// not again by everything that refers to it.
Lowered nothing(const Lowering& lowering, std::initializer_list<const char*> outputs);

// "shop-public-a": a name in the world for a resource, its own `name` instead of its path's if it has one.
std::string world_name(const Lowering& lowering, const Resource& resource);

// A name that only follows from the address stays as it is when the address changes: it says nothing that anybody asked
// for, and on an engine a new name is a new object.
void keep_derived_name(const Resource& resource, std::vector<std::string>& ignored);

// Of an image's build context; nullopt after a diagnostic at the place of `context`.
std::optional<std::string> hash_of_context(const Lowering& lowering);
// Build arguments as texts.
Map texts_of(const Value& args);
// The declaration's own, if it has some.
void add_own_labels(Map& inputs, const Resource& resource);

Lowered lower_cluster(const Lowering& lowering);
Lowered lower_image(const Lowering& lowering);
Lowered lower_job(const Lowering& lowering);
Lowered lower_listener(const Lowering& lowering);
Lowered lower_load_balancer(const Lowering& lowering);
Lowered lower_registry(const Lowering& lowering);
Lowered lower_repository(const Lowering& lowering);
Lowered lower_secret(const Lowering& lowering);
Lowered lower_service(const Lowering& lowering);
Lowered lower_subnet(const Lowering& lowering);
Lowered lower_task(const Lowering& lowering);
Lowered lower_vpc(const Lowering& lowering);

}  // namespace infra::engine
