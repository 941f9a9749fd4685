#include "base/values/schema.h"

#include <algorithm>

namespace infra {

const Attribute* Schema::attribute(std::string_view n) const {
  const auto at = std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& a) { return a.name == n; });
  return at != attributes.end() ? &*at : nullptr;
}

const Block* Schema::block(std::string_view n) const {
  const auto at = std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) { return b.name == n; });
  return at != blocks.end() ? &*at : nullptr;
}

}  // namespace infra
