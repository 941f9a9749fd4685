#include "tests/contract/suite/contract.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/contract/suite/rules.h"

namespace infra::test {
namespace {

struct Rule {
  const char* name;
  void (*check)(const Subject&);
};
constexpr Rule kRules[] = {
    {"inputs and outputs are documented", inputs_and_outputs_are_documented},
    {"what is created is observed once", what_is_created_is_observed_once},
    {"observe changes nothing", observe_changes_nothing},
    {"an update converges", an_update_converges},
    {"destroying twice succeeds", destroying_twice_succeeds},
    {"what is destroyed is gone", what_is_destroyed_is_gone},
    {"a failed create leaves nothing", a_failed_create_leaves_nothing},
    {"an unrecorded object is found by its token", an_unrecorded_object_is_found_by_its_token},
    {"what is removed by hand is gone", what_is_removed_by_hand_is_gone},
    {"strangers are invisible", strangers_are_invisible},
    {"many are created and destroyed at once", many_are_created_and_destroyed_at_once},
    {"an aborted create returns soon", an_aborted_create_returns_soon},
};

struct Lasting {
  std::string type;
  ObjectResult object;
  Value inputs;
};

// An exception that names no rule would hide nothing, and tell of one that isn't there.
void check_exceptions(const std::string& type, const std::map<std::string, std::string>& without) {
  for (const auto& [rule, why] : without) {
    INFO(type << " is without \"" << rule << "\": " << why);
    CHECK(std::ranges::any_of(kRules, [&](const Rule& one) { return one.name == rule; }));
    CHECK_FALSE(why.empty());
  }
}

}  // namespace

void run_contract(ContractFixture& fixture) {
  const std::string before = fixture.fingerprint();
  Made made;
  int variants = 0;
  std::vector<Lasting> lasting;
  for (const auto& type : fixture.types()) {
    const Subject subject{.fixture = fixture, .type = type, .made = made, .variants = variants};
    const auto without = fixture.without(type);
    check_exceptions(type, without);
    for (const auto& rule : kRules) {
      if (without.contains(rule.name)) continue;
      INFO(fixture.name() << ": " << type << ": " << rule.name);
      const std::string untouched = fixture.fingerprint();
      rule.check(subject);
      CHECK(fixture.fingerprint() == untouched);
    }
    INFO(fixture.name() << ": " << type << " for others to use");
    Value inputs;
    auto object = make_lasting(subject, inputs);
    made[type] = object.outputs;
    lasting.push_back({.type = type, .object = std::move(object), .inputs = std::move(inputs)});
  }
  for (auto at = lasting.rbegin(); at != lasting.rend(); ++at) {
    INFO(fixture.name() << ": " << at->type << " is taken away in the end");
    destroy_lasting({.fixture = fixture, .type = at->type, .made = made, .variants = variants}, at->object, at->inputs);
  }
  CHECK(fixture.fingerprint() == before);
}

}  // namespace infra::test
