// What holds of all kinds' schemas.
#include <catch2/catch.hpp>

#include "base/values/type.h"
#include "compiler/kinds.h"

namespace infra {
namespace {

// A pattern of our own is never shown as it is: base/text/pattern_words.cpp says what it means.
void check_words(const std::string& where, const Type& type) {
  if (type.kind() == TypeKind::any_of) {
    for (const auto& alternative : type.alternatives()) check_words(where, alternative);
  } else if (type.kind() == TypeKind::map || type.kind() == TypeKind::list) {
    check_words(where, type.element());
  } else if (type.kind() == TypeKind::string) {
    const auto why = violated(type, Value("\x01"));
    INFO(where);
    if (why) CHECK(why->starts_with("must be "));
  }
}

void check_schema(const std::string& where, const Schema& schema) {
  for (const auto& attribute : schema.attributes) check_words(where + "." + attribute.name, attribute.type);
  for (const auto& block : schema.blocks) check_schema(where + "." + block.name, *block.schema);
}

}  // namespace

TEST_CASE("what an attribute's pattern means is said in words") {
  for (const auto& kind : all_kinds()) check_schema(kind.schema->name, *kind.schema);
  check_schema("options", common_options());
}

}  // namespace infra
