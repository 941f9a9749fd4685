// What a World is asked for by id or name, whoever made it.
#pragma once
#include <optional>
#include <string>

#include "providers/simulator/blueprint.h"
#include "providers/simulator/tables.h"

namespace infra::simulator {

// A network or container on `node` first if that isn't empty, then by id, then by name. An image by its tag or digest:
// of the repositories of this world the one that was pushed there, and of all others every image exists.
Result<std::optional<FoundObject>> find_by_name(Tables& world, const std::string& type, const std::string& id,
                                                const std::string& node);

ObservedObject seen(const WorldObject& object);
FoundObject image_of_others(const std::string& name);

// Somebody else's network or container of this name, made now if there is none; for tests of stacks that take things to
// exist. A network has the addresses `wanted.cidr`, or some that are set aside for tests (RFC 2544).
Result<FoundObject> pretend(Tables& world, const std::string& type, const std::string& name, const Value& wanted);

}  // namespace infra::simulator
