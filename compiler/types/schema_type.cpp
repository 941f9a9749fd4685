#include "compiler/types/schema_type.h"

#include <algorithm>
#include <functional>
#include <set>

#include "compiler/kinds.h"

namespace infra {

Type readable(const Attribute& attribute) {
  const Type& type = attribute.type;
  if (attribute.computed) return type.as_later();
  const auto& alternatives = type.alternatives();
  const bool text =
      std::any_of(alternatives.begin(), alternatives.end(), [](const Type& t) { return t.kind() == TypeKind::string; });
  const bool image = std::any_of(alternatives.begin(), alternatives.end(),
                                 [](const Type& t) { return t.kind() == TypeKind::resource; });
  if (!text || !image) return type;
  Type out = types::string();
  out.optional = type.optional;
  return out;
}

Type record_of(const Schema& schema) {
  std::vector<Field> fields;
  for (const auto& attribute : schema.attributes) {
    Type type = readable(attribute);
    if (!attribute.required && !attribute.fallback && !attribute.computed) type.optional = true;
    fields.push_back({attribute.name, type});
  }
  for (const auto& block : schema.blocks) {
    if (!block.resource) fields.push_back({block.name, type_of_block(block)});
  }
  return Type::record(std::move(fields));
}

Type type_of_block(const Block& block) {
  const Type record = record_of(*block.schema);
  if (block.labelled) return Type::map(record);
  if (block.times == Times::many) return Type::list(record).opt();
  return block.times == Times::once ? record : record.opt();
}

namespace {

void each_block(const Schema& schema, const std::function<void(const Block&)>& visit) {
  for (const auto& block : schema.blocks) {
    if (!block.resource) visit(block);
    each_block(*block.schema, visit);
  }
}

}  // namespace

std::optional<Type> policy_subject(std::string_view kind) {
  if (const auto* known = find_kind(kind); known != nullptr) {
    if (known->role != KindRole::resource) return std::nullopt;
    return Type::resource(std::string(kind));
  }
  std::optional<Type> out;
  for (const auto& known : all_kinds()) {
    if (known.role != KindRole::resource) continue;
    each_block(*known.schema, [&](const Block& block) {
      if (block.name != kind) return;
      // Blocks of one name in several kinds: what both have can be asked of either.
      out = out ? join(*out, record_of(*block.schema)).value_or(Type()) : record_of(*block.schema);
    });
  }
  return out;
}

std::vector<std::string> policy_kinds() {
  std::set<std::string> out;
  for (const auto& kind : all_kinds()) {
    if (kind.role != KindRole::resource) continue;
    out.insert(kind.schema->name);
    each_block(*kind.schema, [&](const Block& block) { out.insert(block.name); });
  }
  return {out.begin(), out.end()};
}

}  // namespace infra
