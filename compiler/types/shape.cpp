#include "compiler/types/shape.h"

#include <algorithm>

namespace infra {
namespace {

bool list_has_shape(const Type& element, const List& items) {
  return std::all_of(items.begin(), items.end(), [&](const Value& item) { return has_shape(element, item); });
}

bool map_has_shape(const Type& element, const Map& members) {
  return std::all_of(members.begin(), members.end(),
                     [&](const auto& entry) { return has_shape(element, entry.second); });
}

bool record_has_shape(const Type& record, const Map& members) {
  const bool known = std::all_of(members.begin(), members.end(), [&](const auto& entry) {
    const auto* field = record.field(entry.first);
    return field != nullptr && has_shape(field->type, entry.second);
  });
  return known && std::all_of(record.fields().begin(), record.fields().end(), [&](const Field& field) {
           return field.type.optional || members.find(field.name) != nullptr;
         });
}

bool range_has_shape(const Type& element, const Range& range) {
  return element.is_error() || range.of_bytes == (element.kind() == TypeKind::bytes);
}

}  // namespace

bool has_shape(const Type& type, const Value& value) {
  if (type.is_error() || value.is_null() || value.unknown() != nullptr || value.ref() != nullptr ||
      value.call() != nullptr)
    return true;
  if (const auto* inner = value.secret()) return has_shape(type, *inner);
  switch (type.kind()) {
    case TypeKind::any_of:
      return std::any_of(type.alternatives().begin(), type.alternatives().end(),
                         [&](const Type& t) { return has_shape(t, value); });
    case TypeKind::floating:
      return value.get<double>() != nullptr || value.integer() != nullptr;
    case TypeKind::string:
    case TypeKind::literals:
      return value.string() != nullptr;
    case TypeKind::list:
      return value.list() != nullptr && list_has_shape(type.element(), *value.list());
    case TypeKind::map:
      return value.map() != nullptr && map_has_shape(type.element(), *value.map());
    case TypeKind::record:
      return value.map() != nullptr && record_has_shape(type, *value.map());
    case TypeKind::range:
      return value.get<Range>() != nullptr && range_has_shape(type.element(), *value.get<Range>());
    case TypeKind::resource:
      return type.name() == "port" && value.string() != nullptr;
    default:
      return type_of(value).kind() == type.kind();
  }
}

}  // namespace infra
