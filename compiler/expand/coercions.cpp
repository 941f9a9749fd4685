#include "compiler/expand/coercions.h"

#include <algorithm>

namespace infra {
namespace {

bool untouched(const Value& before, const Value& after) {
  return before.data().index() == after.data().index() &&
         (before.identity() != nullptr ? before.identity() == after.identity() : before == after);
}

// The parts of a list or map, each as its type wants it; `changed` if one isn't what it was.
class Parts {
 public:
  Value coerced(const Value& part, const Type& type) {
    Value out = coerce(part, type);
    changed_ = changed_ || !untouched(part, out);
    return out;
  }
  [[nodiscard]] bool changed() const { return changed_; }

 private:
  bool changed_ = false;
};

Value coerced_list(const Value& value, const Type& element) {
  Parts parts;
  List out;
  out.reserve(value.list()->size());
  for (const auto& item : *value.list()) out.push_back(parts.coerced(item, element));
  return parts.changed() ? Value(std::move(out)) : value;
}

Value coerced_map(const Value& value, const Type& type) {
  Parts parts;
  std::vector<Entry> out;
  out.reserve(value.map()->size());
  for (const auto& [key, item] : *value.map()) {
    const auto* field = type.field(key);
    out.emplace_back(key, parts.coerced(item, field != nullptr ? field->type : type.element()));
  }
  return parts.changed() ? Value(Map(std::move(out))) : value;
}

}  // namespace

Value coerce(const Value& value, const Type& type) {
  if (value.is_null() || value.unknown() != nullptr) return value;
  if (type.secret) {
    Type inner = type;
    inner.secret = false;
    return value.secret() != nullptr ? value : Value::secret(coerce(value, inner));
  }
  if (type.kind() == TypeKind::any_of) {
    const auto& all = type.alternatives();
    const Type own = type_of(value);
    const auto at = std::find_if(all.begin(), all.end(), [&](const Type& t) { return fits(own, t); });
    return at != all.end() ? coerce(value, *at) : value;
  }
  if (value.map() != nullptr && type.kind() == TypeKind::list) {  // all turns of a loop: `subnets = main.public`
    List out;
    for (const auto& [key, item] : *value.map()) out.push_back(coerce(item, type.element()));
    return out;
  }
  if (type.kind() == TypeKind::floating && value.integer() != nullptr) return static_cast<double>(*value.integer());
  if (value.list() != nullptr && type.kind() == TypeKind::list) return coerced_list(value, type.element());
  if (value.map() != nullptr && (type.kind() == TypeKind::map || type.kind() == TypeKind::record))
    return coerced_map(value, type);
  return value;
}

std::size_t walk_cost(const Value& value) {
  const bool has_parts = value.list() != nullptr || value.map() != nullptr || value.secret() != nullptr;
  return has_parts ? static_cast<std::size_t>(value.facts().weight / sizeof(Value)) : 0;
}

// Refinements of the type itself aren't part of its identity.
bool Coercions::worth(const Value& value, const Type& type) {
  return value.facts().size > kWorthRemembering && value.identity() != nullptr && type.identity() != nullptr &&
         !type.low && !type.high && !type.pattern;
}

Coercions::Key Coercions::key(const Value& value, const Type& type) {
  return {.value = value.identity(),
          .type = type.identity(),
          .wrappers = (type.optional ? 1U : 0U) + (type.secret ? 2U : 0U) + (type.later ? 4U : 0U) +
                      (value.secret() != nullptr ? 8U : 0U)};
}

const Value* Coercions::find(const Value& value, const Type& type) const {
  if (!worth(value, type)) return nullptr;
  const auto at = coerced_.find(key(value, type));
  return at != coerced_.end() ? &at->second.to : nullptr;
}

void Coercions::keep(const Value& value, const Type& type, Value result) {
  if (worth(value, type)) coerced_.emplace(key(value, type), Met{.from = value, .type = type, .to = std::move(result)});
}

bool Coercions::fits(const Value& value, const Type& type) const {
  return worth(value, type) && fitting_.contains(key(value, type));
}

void Coercions::keep_fitting(const Value& value, const Type& type) {
  if (worth(value, type)) fitting_.emplace(key(value, type), Met{.from = value, .type = type, .to = {}});
}

}  // namespace infra
