// What the schemas of the language say that a platform accepts: an attribute of a kind, or of a block inside of it.
#pragma once
#include <string>
#include <vector>

#include "compiler/kinds.h"
#include "providers/provider.h"

namespace infra::testing {

struct Accepted {
  const Kind* kind;
  std::vector<const Block*> blocks;  // from the kind's own body to the one that has the attribute
  const Attribute* attribute;
  std::string name;  // "task.container.image"
};

// Of each kind that it serves, with what every resource takes, and without what it refuses by name.
std::vector<Accepted> accepted_by(const Platform& platform);

}  // namespace infra::testing
