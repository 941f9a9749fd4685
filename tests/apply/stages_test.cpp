// Platforms that are reached by what other things are: what is planned when, and what is left alone meanwhile.
#include <catch2/catch.hpp>

#include "apply/session.h"
#include "base/sources/memory_tree.h"
#include "tests/apply/apply_story.h"

namespace infra::test {
namespace {

using Names = std::vector<std::string>;

const std::string kGate = R"(stack "town"
simulator near { }
simulator far { file = gate.address }
platform = near
load_balancer gate { name = "one" }
cluster remote { platform = far }
cluster local { name = "x" }
)";

struct Town {
  explicit Town(std::string text = kGate) : files(std::move(text)), world(fate), store(fate) {}

  Prepared prepare(const PlanRequest& request = {}, bool locked = true) {
    tree = MemoryTree(std::map<std::string, std::string>{{"main.infra", files}});
    auto out = infra::prepare(session(), request, locked);
    for (const auto& d : out.diagnostics.all()) UNSCOPED_INFO(d.code << " " << d.message);
    for (const auto& error : out.errors) UNSCOPED_INFO(error.text());
    return out;
  }
  Session session() {
    return {.sources = tree, .platforms = platforms, .store = store, .home = "home", .default_stack = "town"};
  }
  // One stage; its plan.
  Plan apply(const PlanRequest& request = {}) {
    auto prepared = prepare(request);
    REQUIRE(prepared.ok());
    const auto report = infra::apply(session(), prepared, cancel, sink);
    REQUIRE(report);
    CHECK(report->ok());
    return std::move(prepared.plan);
  }
  void replace(const std::string& what, const std::string& with) { files.replace(files.find(what), what.size(), with); }

  std::string files;
  MemoryTree tree{{}};
  Fate fate;
  FakeWorld world;
  MemoryStore store;
  Platforms platforms{{fake_platform(world)}};
  RecordingSink sink;
  Cancel cancel;
};

Names steps_of(const Plan& plan) {
  Names out;
  for (const auto& step : plan.steps) {
    out.push_back(fmt::format("{} {}", to_text(step.kind), plan.changes[step.change].address.text()));
  }
  return out;
}

}  // namespace

TEST_CASE("what is on a platform that isn't reached yet is planned in a second stage, and in one from then on") {
  Town town;
  const auto first = town.apply();
  CHECK(steps_of(first) == Names{"create cluster.local/0", "create load_balancer.gate/0"});
  REQUIRE(first.later.size() == 1);
  CHECK(first.later[0].number == 2);
  CHECK(first.later[0].platform == "far");
  CHECK(first.later[0].owners == std::vector<Address>{*Address::parse("cluster.remote")});
  CHECK(first.later[0].waits_for == std::vector<Ref>{{*Address::parse("load_balancer.gate"), "address"}});
  CHECK_FALSE(town.world.opened.contains("far"));

  const auto second = town.apply();
  CHECK(steps_of(second) == Names{"create cluster.remote/0"});
  CHECK(second.later.empty());
  CHECK(town.world.opened["far"].find("one") != std::string::npos);
  CHECK(town.prepare().plan.empty());
}

TEST_CASE("a chain of platforms takes a stage for each") {
  Town town(kGate +
            "load_balancer second { platform = far }\nsimulator beyond { file = second.address }\n"
            "cluster last { platform = beyond }\n");
  const auto first = town.apply();
  REQUIRE(first.later.size() == 2);
  CHECK(first.later[0].platform == "far");
  CHECK(first.later[1].platform == "beyond");
  CHECK(first.later[1].number == 3);
  CHECK(steps_of(town.apply()) == Names{"create cluster.remote/0", "create load_balancer.second/0"});
  CHECK(steps_of(town.apply()) == Names{"create cluster.last/0"});
  CHECK(town.apply({.destroy = true}).later.empty());
  CHECK(town.world.things.empty());
}

TEST_CASE(
    "while a platform is about to be reached in another way, what is on it and what that stands on is left alone") {
  Town town;
  town.apply();
  town.apply();
  town.replace("load_balancer gate { name = \"one\" }", "load_balancer door { name = \"two\" }");
  town.replace("gate.address", "door.address");
  // What is there is reached by the gate, so that one may not go before.
  CHECK(steps_of(town.apply()) == Names{"create load_balancer.door/0"});
  CHECK(town.world.addresses().size() == 4);
  const auto second = town.apply();
  CHECK(second.later.empty());
  CHECK(steps_of(second) == Names{"adopt cluster.remote/0", "destroy load_balancer.gate/0"});
  CHECK(town.world.opened["far"].find("two") != std::string::npos);
}

TEST_CASE("an intent on a platform that wasn't looked at is settled when it is, and not before") {
  Town town;
  town.apply();
  town.fate.die_at(4);
  try {
    auto prepared = town.prepare();
    REQUIRE(prepared.ok());
    (void)infra::apply(town.session(), prepared, town.cancel, town.sink);
  } catch (const Died&) {
  }
  REQUIRE(town.fate.dead());
  town.fate.live();
  REQUIRE(town.store.now_.intents.size() == 1);
  REQUIRE(town.world.addresses().back() == "load_balancer.gate/0");

  town.world.remove_by_hand("load_balancer.gate/0");
  const auto blind = town.prepare();
  CHECK(blind.settled.empty());
  CHECK(blind.plan.later.size() == 1);
  CHECK(town.store.now_.intents.size() == 1);
  CHECK(steps_of(town.apply()) == Names{"create load_balancer.gate/0"});

  const auto seen = town.prepare();
  CHECK(seen.settled.size() == 1);
  CHECK(town.store.now_.intents.empty());
  town.apply();
  CHECK(town.world.addresses() == Names{"cluster.local/0", "cluster.remote/0", "load_balancer.gate/0"});
}

TEST_CASE("a destroy finds what is on a platform by the record, whether or not what it was reached by is there") {
  Town town;
  town.apply();
  town.apply();
  town.world.opened.clear();
  SECTION("it is there") {}
  SECTION("it is gone") { town.world.remove_by_hand("load_balancer.gate/0"); }
  SECTION("it isn't even recorded") {
    std::erase_if(town.store.now_.resources, [](const auto& row) { return row.address.kind == "load_balancer"; });
    town.world.remove_by_hand("load_balancer.gate/0");
  }
  town.world.log.clear();
  CHECK(town.apply({.destroy = true}).later.empty());
  CHECK(town.world.opened["far"].find("one") != std::string::npos);
  CHECK(town.world.things.empty());
  CHECK(town.store.now_.resources.empty());
  const auto at = [&](const char* line) { return std::find(town.world.log.begin(), town.world.log.end(), line); };
  CHECK(at("destroy cluster.remote/0") < std::max(at("destroy load_balancer.gate/0"), town.world.log.end() - 1));
}

TEST_CASE("a destroy of a stack whose second stage never came has nothing to look for there") {
  Town town;
  town.apply();
  CHECK(steps_of(town.apply({.destroy = true})) == Names{"destroy cluster.local/0", "destroy load_balancer.gate/0"});
  CHECK(town.store.now_.resources.empty());
  CHECK_FALSE(town.world.opened.contains("far"));
}

TEST_CASE("a platform that stays out of reach is noticed, and named with what isn't known") {
  Town town(kGate);
  town.replace("load_balancer gate", "load_balancer mute");
  town.replace("gate.address", "mute.address");
  const auto first = town.apply();
  const auto again = town.prepare();
  CHECK(again.plan.empty());
  REQUIRE(again.plan.later.size() == 1);
  CHECK(same_platforms(first, again.plan));
  const auto error = out_of_reach(again.plan.later[0]);
  CHECK(error.code == "E0715");
  CHECK(error.message.find("platform `far` can be planned: load_balancer.mute.address isn't known") !=
        std::string::npos);
}

TEST_CASE("a replacement that was asked for is asked of one stage only") {
  Town town;
  const auto first = town.apply();
  const PlanRequest request{.replace = {"load_balancer.gate", "cluster.remote", "cluster.remote/0", "cluster.local"}};
  const auto rest = for_next_stage(request, first);
  CHECK(rest.replace == Names{"cluster.remote", "cluster.remote/0"});
}

}  // namespace infra::test
