// Each rule of check_plan sees the plan that breaks it.
#include <catch2/catch.hpp>

#include "tests/planner/toy_stack.h"

namespace infra::test {
namespace {

// A recorded stack and a plan with every kind of change, to be spoiled.
struct Spoiled {
  ToyStack stack;
  ModelWorld world;
  Planned planned;

  Spoiled() {
    declare("10.0.0.0/24", 10);
    stack.declare("service.old", config({{"type", "container"}, {"image", "web:1"}}), {"subnet.old"});
    stack.declare("subnet.old", config({{"type", "network"}, {"cidr", "10.1.0.0/24"}}));
    const auto first = stack.plan(world);
    world.run(first.plan, first.lowered);
    declare("10.0.1.0/24", 20);
    stack.declare("service.new", config({{"type", "container"}, {"network", ref("subnet.main", "id")}}));
    stack.remove("service.old");
    stack.remove("subnet.old");
    planned = stack.plan(world);
  }

  void declare(const std::string& cidr, int size) {
    stack.declare("subnet.main", config({{"type", "network"}, {"cidr", cidr}}));
    stack.declare("service.api", config({{"type", "container"}, {"parts", 2}, {"network", ref("subnet.main", "id")}}));
    stack.declare("disk.data", config({{"type", "disk"}, {"size", size}}));
    stack.declare("disk.safe", config({{"type", "disk"}, {"size", 1}}));
  }

  Change& change(const std::string& address) {
    for (auto& c : planned.plan.changes) {
      if (c.address == at(address)) return c;
    }
    throw std::invalid_argument(address);
  }

  std::string check() const {
    const auto observed = world.observe();
    const std::string name = "shop";
    const PlanInput input{name, planned.lowered, world.state, observed, stack.all_platforms()};
    const auto breaches = check_plan(planned.plan, input);
    return breaches.empty() ? "" : breaches.front();
  }
};

TEST_CASE("a sound plan has no breach") {
  Spoiled s;
  CHECK(s.check().empty());
  CHECK(s.planned.plan.steps.size() == 10);
}

TEST_CASE("steps out of order are seen") {
  Spoiled s;
  s.planned.plan.steps.front().after = {3};
  CHECK(s.check() == "step 0 runs before step 3, which it waits for");
}

TEST_CASE("a missing wait for what is needed is seen") {
  Spoiled s;
  for (auto& step : s.planned.plan.steps) {
    if (s.planned.plan.changes[step.change].address == at("service.new/0")) step.after.clear();
  }
  CHECK(s.check() == "service.new/0 is made before subnet.main/0, which it needs");
}

TEST_CASE("a missing wait for what is used is seen") {
  Spoiled s;
  for (auto& step : s.planned.plan.steps) {
    if (s.planned.plan.changes[step.change].address == at("subnet.old/0")) step.after.clear();
  }
  CHECK(s.check() == "subnet.old/0 is destroyed before service.old/0, which uses it");
}

TEST_CASE("what goes has gone before the sibling that it acted on is changed") {
  ToyStack stack;
  ModelWorld world;
  const auto copy = [](int memory) {
    return std::vector<Entry>{{"type", "container"}, {"image", "web:1"}, {"memory", memory}};
  };
  auto guarded = copy(1);
  guarded.emplace_back("guard", true);
  stack.declare("service.api", Map(std::move(guarded)));
  const auto first = stack.plan(world);
  world.run(first.plan, first.lowered);
  stack.declare("service.api", Map(copy(2)));
  auto planned = stack.plan(world);
  REQUIRE(planned.plan.steps.size() == 2);
  CHECK(planned.plan.changes[planned.plan.steps[0].change].address == at("service.api/guard"));
  CHECK(planned.plan.steps[1].after == std::vector<std::size_t>{0});
  planned.plan.steps[1].after.clear();
  const std::string name = "shop";
  const auto observed = world.observe();
  const PlanInput input{name, planned.lowered, world.state, observed, stack.all_platforms()};
  CHECK(check_plan(planned.plan, input) ==
        std::vector<std::string>{"service.api/0 is updated before service.api/guard, which acts on it, is destroyed"});
}

TEST_CASE("steps that don't fit their change are seen") {
  Spoiled s;
  s.change("disk.data/0").action = Action::replace;
  CHECK(s.check() == "disk.data/0: replace has the steps [update]");
  Spoiled t;
  t.change("disk.data/0").action = Action::no_op;
  CHECK(t.check() == "disk.data/0: no_op has the steps [update]");
}

TEST_CASE("a change without a reason is seen") {
  Spoiled s;
  s.change("disk.data/0").reasons.clear();
  CHECK(s.check() == "disk.data/0: update without a reason");
}

TEST_CASE("a destroy of what is protected is seen") {
  Spoiled s;
  for (auto& row : s.world.state.resources) row.protect = row.address == at("service.old/0");
  CHECK(s.check() == "service.old/0: destroy of something protected");
}

TEST_CASE("what nothing accounts for is seen") {
  Spoiled s;
  auto& changes = s.planned.plan.changes;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i].address != at("disk.safe/0")) continue;
    changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(i));
    for (auto& step : s.planned.plan.steps) step.change -= step.change > i ? 1U : 0U;
    for (auto& owner : s.planned.plan.owners) {
      std::erase(owner.changes, i);
      for (auto& change : owner.changes) change -= change > i ? 1U : 0U;
    }
    break;
  }
  CHECK(s.check() == "disk.safe/0 is recorded and not accounted for");
}

TEST_CASE("two objects at one address in the end are seen") {
  Spoiled s;
  s.world.add_stray(at("disk.safe/0"), "disk", "laptop");
  CHECK(s.check() == "disk.safe/0: 2 objects in the end instead of 1");
}

TEST_CASE("a declared address without object in the end is seen") {
  Spoiled s;
  s.world.remove(at("disk.safe/0"));
  CHECK(s.check() == "disk.safe/0: 0 objects in the end instead of 1");
}

TEST_CASE("a change where nothing answers is seen") {
  Spoiled s;
  s.world.unreachable.push_back({"node-b", {}, {at("disk.data/0")}});
  CHECK(s.check() == "disk.data/0: update where nothing answers");
}

TEST_CASE("a value that nothing makes known is seen") {
  Spoiled s;
  s.change("disk.data/0").after = config({{"size", ref("disk.safe/0", "id")}});
  CHECK(s.check() == "disk.data/0: nothing will make disk.safe/0.id known");
}

TEST_CASE("an unsorted plan is seen") {
  Spoiled s;
  std::swap(s.change("disk.data/0").address, s.change("disk.safe/0").address);
  CHECK(s.check() == "disk.data/0 stands behind disk.safe/0");
}

}  // namespace
}  // namespace infra::test
