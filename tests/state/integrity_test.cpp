#include "state/integrity.h"

#include <catch2/catch.hpp>

#include <functional>

#include "tests/state/samples.h"

namespace infra::test {
namespace {

Snapshot good_state() {
  Snapshot out{.lineage = "lineage", .stack = "shop", .serial = {3}};
  auto deposed = sample_resource(2);
  deposed.id = "old";
  deposed.deposed = true;
  out.resources = {sample_resource(1), sample_resource(2), deposed};
  out.intents = {sample_intent(3), sample_intent(4), sample_intent(5)};
  out.outputs = {sample_output("a", "1"), sample_output("b", "2")};
  out.platforms = {sample_platform("laptop")};
  return out;
}

struct Breach {
  const char* message;
  std::function<void(Snapshot&)> make;
};

}  // namespace

TEST_CASE("a good state has no breach") {
  CHECK(check_snapshot(good_state()).empty());
  CHECK(check_snapshot({.lineage = "lineage", .stack = "shop"}).empty());
}

TEST_CASE("every breach of a state is told in one message") {
  const std::vector<Breach> breaches{
      {"the state has no lineage", [](Snapshot& s) { s.lineage.clear(); }},
      {"service.web[\"000002\"]/0 has two current rows", [](Snapshot& s) { s.resources[2].deposed = false; }},
      {"resources are not sorted", [](Snapshot& s) { std::swap(s.resources[0], s.resources[1]); }},
      {"resources hold service.web[\"000001\"]/0 twice",
       [](Snapshot& s) { s.resources.insert(s.resources.begin(), s.resources[0]); }},
      {"has no id", [](Snapshot& s) { s.resources[1].id.clear(); }},
      {"has no type", [](Snapshot& s) { s.resources[1].type.clear(); }},
      {"has the id id000001 of another container", [](Snapshot& s) { s.resources[1].id = s.resources[0].id; }},
      {"is on an unknown platform \"moon\"", [](Snapshot& s) { s.resources[1].platform = "moon"; }},
      {"needs itself", [](Snapshot& s) { s.resources[1].depends_on = {s.resources[1].address}; }},
      {"needs \"x.\", which is no address", [](Snapshot& s) { s.resources[1].depends_on = {{.kind = "x"}}; }},
      {"has dependencies that are unsorted or doubled",
       [](Snapshot& s) { s.resources[0].depends_on.push_back(s.resources[0].depends_on[0]); }},
      {"is no address", [](Snapshot& s) { s.resources[0].address.kind.clear(); }},
      {"intents hold token000004 twice", [](Snapshot& s) { s.intents[2].token = s.intents[1].token; }},
      {"the intent to create service.api/3 has no token", [](Snapshot& s) { s.intents[0].token.clear(); }},
      {"the intent to create service.api/3 has an id already", [](Snapshot& s) { s.intents[0].id = "x"; }},
      {"the intent to update service.api/4 doesn't say which object", [](Snapshot& s) { s.intents[1].id.clear(); }},
      {"the intent to update service.api/4 can't depose anything", [](Snapshot& s) { s.intents[1].deposes = true; }},
      {"outputs are not sorted: a comes after b", [](Snapshot& s) { std::swap(s.outputs[0], s.outputs[1]); }},
  };
  for (const auto& breach : breaches) {
    auto state = good_state();
    breach.make(state);
    const auto found = check_snapshot(state);
    INFO(breach.message);
    REQUIRE(!found.empty());
    CHECK(std::any_of(found.begin(), found.end(), [&](const std::string& message) {
      INFO(message);
      return message.find(breach.message) != std::string::npos;
    }));
  }
}

}  // namespace infra::test
