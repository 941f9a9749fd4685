// What differs between recorded and declared inputs, attribute by attribute.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/values/schema.h"
#include "planner/plan.h"

namespace infra {

// Equal, where a secret that was read back from a record (a keyed hash) is held against the hash of a known one.
bool same_value(const Value& before, const Value& after, const HashKey& key);

// Both are Maps; null counts as not set. `schema` says which attributes force a replacement; what it doesn't know does.
std::vector<AttributeChange> attribute_changes(const Value& before, const Value& after, const Schema* schema,
                                               const HashKey& key);

// The attributes of a new object that say something: unset and empty ones are left out.
std::vector<AttributeChange> all_attributes(const Value& after);

// `after` with the ignored paths ("memory", "env.LOG") as they are in `before`. A secret stays as declared: of the
// recorded one only the hash is known.
Value with_ignored(const Value& after, const Value& before, const std::vector<std::string>& ignored);

// `after` with `before`'s value for top-level attributes that `keep` picks.
Value with_kept(const Value& after, const Value& before, const std::function<bool(const Value&)>& keep);

}  // namespace infra
