#include "planner/decide/attributes.h"

#include <catch2/catch.hpp>

#include "base/values/codec.h"

namespace infra {
namespace {

const std::string kKey = "lineage";

Value map(std::vector<Entry> entries) { return Map(std::move(entries)); }

std::string differences(const Value& before, const Value& after) {
  const Schema schema{
      .name = "t", .attributes = {{.name = "env", .change = OnChange::replace}, {.name = "memory"}, {.name = "ports"}}};
  std::string out;
  for (const auto& c : attribute_changes(before, after, &schema, kKey)) {
    out += c.path + " " + to_source(c.before) + " " + to_source(c.after) + (c.forces_replace ? " !" : "") + "\n";
  }
  return out;
}

TEST_CASE("differences are named by path, and nested ones inherit what their attribute forces") {
  CHECK(differences(map({{"memory", Bytes{1024}}}), map({{"memory", Bytes{2048}}})) == "memory 1KiB 2KiB\n");
  CHECK(differences(map({{"env", map({{"A", 1}, {"B", 2}})}}), map({{"env", map({{"A", 1}, {"C", 3}})}})) ==
        "env.B 2 null !\nenv.C null 3 !\n");
  const auto ports = [](int first, int second) {
    return map({{"ports", List{map({{"host", first}}), map({{"host", second}})}}});
  };
  CHECK(differences(ports(80, 81), ports(80, 82)) == "ports[1].host 81 82\n");
  CHECK(differences(map({{"ports", List{1}}}), map({{"ports", List{1, 2}}})) == "ports[1] null 2\n");
  CHECK(differences(map({{"env", map({{"a b", 1}})}}), map({{"env", map({{"a b", 2}})}})) == "env[\"a b\"] 1 2 !\n");
  CHECK(differences(map({{"env", Null{}}}), map({{"env", map({{"A", 1}})}})) == "env null { A: 1 } !\n");
}

TEST_CASE("null is the same as not set, and an attribute that no schema knows replaces") {
  CHECK(differences(map({{"memory", Null{}}}), map({})).empty());
  CHECK(differences(map({}), map({{"env", Null{}}})).empty());
  CHECK(differences(map({}), map({{"other", 1}})) == "other null 1 !\n");
}

TEST_CASE("a recorded secret is compared by its hash") {
  const auto recorded = *from_json(to_json(Value::secret("hunter2"), kKey));
  CHECK(same_value(recorded, Value::secret("hunter2"), kKey));
  CHECK_FALSE(same_value(recorded, Value::secret("hunter3"), kKey));
  CHECK_FALSE(same_value(recorded, Value("hunter2"), kKey));
  CHECK(differences(map({{"env", map({{"P", recorded}})}}), map({{"env", map({{"P", Value::secret("x")}})}})) ==
        "env.P *** *** !\n");
}

TEST_CASE("ignored paths keep what is recorded, but never a secret's hash") {
  const auto before = map({{"memory", 1}, {"env", map({{"A", 1}, {"B", 1}})}});
  const auto after = map({{"memory", 2}, {"env", map({{"A", 2}, {"B", 2}})}});
  CHECK(to_source(with_ignored(after, before, {"memory", "env.B"})) == "{ env: { A: 2, B: 1 }, memory: 1 }");
  CHECK(to_source(with_ignored(after, map({}), {"memory", "env.B"})) == "{ env: { A: 2 } }");
  const auto secret = map({{"memory", hashed_secret("ab")}});
  CHECK(*with_ignored(map({{"memory", Value::secret("new")}}), secret, {"memory"})["memory"].secret() == Value("new"));
}

TEST_CASE("values that went through the record compare equal") {
  const auto all = map(
      {{"env",
        map({{"d", 0.5}, {"p", Percent{60}}, {"c", Cpu::of_units(512)}, {"t", Duration{30000}}, {"r", Range{1, 2}}})},
       {"memory", Bytes{512}}});
  CHECK(differences(*from_json(to_json(all, kKey)), all).empty());
}

}  // namespace
}  // namespace infra
