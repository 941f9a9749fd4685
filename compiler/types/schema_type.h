// Schemas as types: what `task.api.container` and the variable of a policy are.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/values/schema.h"
#include "base/values/type.h"

namespace infra {

// A block's values: a record of its attributes and blocks. What may be left out, and has no default, may be null.
Type record_of(const Schema& schema);
// The value of a block in what it stands in: a record, a map of them by label, a list of them.
Type type_of_block(const Block& block);
// As a reader sees an attribute: where an image or a text may stand, a text (an image's is known after apply).
Type readable(const Attribute& attribute);

// The type of `c` in `policy NAME on KIND c`: a resource, or a record for a block (`container`). nullopt: no such kind.
std::optional<Type> policy_subject(std::string_view kind);
std::vector<std::string> policy_kinds();  // sorted

}  // namespace infra
