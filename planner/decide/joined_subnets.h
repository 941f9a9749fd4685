// Which subnets the tasks of a service join, in the words of the files: a set records its networks by an engine's ids,
// which say nothing to people.
#pragma once
#include <optional>

#include "planner/draft.h"

namespace infra {

// `before` and `after`: a set's inputs. nullopt if the tasks stay in the same subnets, though these may be made anew.
std::optional<AttributeChange> subnets_changed(const Draft& draft, const Value& before, const Value& after);

}  // namespace infra
