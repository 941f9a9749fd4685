#include "base/values/type.h"

#include <catch2/catch.hpp>

#include "base/text/units.h"

namespace infra {

using namespace types;

TEST_CASE("what fits where") {
  CHECK(fits(integer(), floating()));
  CHECK_FALSE(fits(floating(), integer()));
  CHECK(fits(one_of({"a"}), string()));
  CHECK(fits(one_of({"a"}), one_of({"a", "b"})));
  CHECK_FALSE(fits(string(), one_of({"a"})));
  CHECK(fits(integer(), integer().opt()));
  CHECK_FALSE(fits(integer().opt(), integer()));
  CHECK(fits(Type::of(TypeKind::null), bytes().opt()));
  CHECK(fits(string(), string().as_secret()));
  CHECK_FALSE(fits(string().as_secret(), string()));
  CHECK_FALSE(fits(string().as_later(), string()));
  CHECK(fits(string(), string().as_later()));
  CHECK(fits(ref("task"), ref("")));
  CHECK_FALSE(fits(ref("task"), ref("service")));
  CHECK(fits(Type::record({{"a", integer()}}), map(integer())));
  CHECK_FALSE(fits(Type::record({{"a", string()}}), map(integer())));
  CHECK(fits(Type::record({{"a", integer()}}), Type::record({{"a", integer()}, {"b", string().opt()}})));
  CHECK_FALSE(fits(Type::record({{"x", integer()}}), Type::record({{"a", integer().opt()}})));
  CHECK(fits(ref("image"), any_of({ref("image"), string()})));
  CHECK(fits(Type(), bytes()));  // an error was reported already
}

TEST_CASE("the narrowest type of two") {
  CHECK(to_text(*join(one_of({"a"}), one_of({"b"}))) == "\"a\" | \"b\"");
  CHECK(to_text(*join(integer(), floating())) == "Float");
  CHECK(to_text(*join(Type::of(TypeKind::null), integer())) == "Int?");
  CHECK_FALSE(join(integer(), string()));
  CHECK(to_text(*join(integer().between(1, 5), integer())) == "Int");
}

TEST_CASE("types are written as users write them") {
  CHECK(to_text(list(string()).between(1, 16)) == "List<String>(1..16)");
  CHECK(to_text(map(integer().opt())) == "Map<String, Int?>");
  CHECK(to_text(one_of({"dev", "prod"}).opt()) == "(\"dev\" | \"prod\")?");
  CHECK(to_text(string().as_secret()) == "Secret<String>");
  CHECK(to_text(Type::record({{"cpu", cpu()}, {"memory", bytes()}})) == "{ cpu: Cpu, memory: Bytes }");
}

TEST_CASE("refinements of values") {
  CHECK(violated(integer().between(1, 50), 0) == "must be between 1 and 50, got 0");
  CHECK_FALSE(violated(integer().between(1, 50), 50));
  CHECK(violated(string().matching("[a-z]+"), "A") == "must match /[a-z]+/");
  CHECK(violated(one_of({"a", "b"}), "c") == "must be one of \"a\" | \"b\"");
  CHECK(violated(list(string()).between(1, 2), Value(List{})));
  CHECK(violated(map(port()), Value(Map({{"http", 0}}))) == "`http` must be between 1 and 65535, got 0");
}

}  // namespace infra
