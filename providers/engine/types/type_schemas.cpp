#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

Attribute fixed(std::string name, Type type, std::string doc, std::optional<Value> fallback) {
  return {.name = std::move(name),
          .type = std::move(type),
          .doc = std::move(doc),
          .fallback = std::move(fallback),
          .change = OnChange::replace};
}

Attribute needed(std::string name, Type type, std::string doc) {
  Attribute out = fixed(std::move(name), std::move(type), std::move(doc));
  out.required = true;
  return out;
}

}  // namespace infra::engine
