// Each rule of check_plan about deployments sees the plan that breaks it.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "base/values/codec.h"
#include "tests/planner/toy_stack.h"

namespace infra::test {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

Value image(const std::string& name) {
  const Map web({{"image", name}, {"ports", List(1, Value(Map({{"host", 8080}, {"protocol", "tcp"}})))}});
  return Map({{"mode", "bridge"},
              {"containers", config({{"web", web}})},
              {"reserve", config({{"memory", Bytes{64 * kMiB}}})}});
}

// Three copies run `web:1` on the nodes a, b and c, and `web:2` is wanted, on the nodes with a fast disk, as d has
// none.
struct Rolling {
  ToyStack stack;
  Snapshot state;
  Observation observed;
  LoweredGraph lowered;
  Plan plan;
  const std::string name = "shop";

  explicit Rolling(int desired = 3) {
    state.lineage = "toy";
    for (const auto* node : {"a", "b", "c", "d"}) {
      observed.hosts.push_back({.name = node, .memory = 128 * kMiB});
      if (*node != 'd') observed.hosts.back().labels.emplace("disk", "ssd");
    }
    declare("service.api", desired);
    add_set("service.api", 3);
    for (int i = 0; i < 3; ++i) add_task(fmt::format("service.api/{}", i), "web:1", std::string(1, "abc"[i]));
    Diagnostics diagnostics;
    lowered = stack.lower(diagnostics);
    auto report = make_plan(input());
    INFO(report.diagnostics.all().size());
    REQUIRE(report.diagnostics.all().empty());
    plan = std::move(report.plan);
    REQUIRE(plan.deployments.size() == 1);
  }

  void declare(const std::string& service, int desired) {
    stack.declare(service, config({{"type", "task_set"},
                                   {"task", image("web:2")},
                                   {"desired", desired},
                                   {"deploy", config({{"min", Percent{50}}})},
                                   {"place", config({{"where", config({{"disk", "ssd"}})}})}}));
  }

  void add_set(const std::string& service, int copies) {
    state.resources.push_back({.address = at(service + "/tasks"),
                               .type = "task_set",
                               .platform = "laptop",
                               .id = service,
                               .spec_hash = "old",
                               .inputs = text(config({{"task", image("web:1")}})),
                               .outputs = text(Map({{"revision", "one"}, {"copies", copies}}))});
    observed.objects.push_back({.address = at(service + "/tasks"), .type = "task_set", .id = service});
  }

  void add_task(const std::string& address, const std::string& runs, const std::string& node) {
    const Value outputs = config({{"node", node}});
    state.resources.push_back({.address = at(address),
                               .type = "task",
                               .platform = "laptop",
                               .id = "id-" + address,
                               .spec_hash = "old",
                               .inputs = text(image(runs)),
                               .outputs = text(outputs)});
    observed.objects.push_back({.address = at(address),
                                .type = "task",
                                .id = "id-" + address,
                                .spec_hash = "old",
                                .health = {.now = Health::healthy},
                                .outputs = outputs,
                                .revision = "one"});
  }

  [[nodiscard]] std::string text(const Value& value) const { return to_json(value, {state.lineage, {}}); }
  PlanInput input() const { return {name, lowered, state, observed, stack.all_platforms()}; }
  Deployment& deployment() { return plan.deployments.front(); }
  std::string check() const {
    const auto breaches = check_plan(plan, input());
    return breaches.empty() ? "" : breaches.front();
  }
};

TEST_CASE("a sound deployment has no breach") {
  Rolling r;
  CHECK(r.check().empty());
  CHECK(r.deployment().stop.size() == 3);
  CHECK(r.deployment().start.size() == 3);
  CHECK(r.deployment().policy.floor == 2);
}

TEST_CASE("a deployment of nothing, of two or of another service is seen") {
  Rolling r;
  auto other = r;
  for (auto& change : r.plan.changes)
    if (change.deployment) change.deployment = 1;
  CHECK(r.check() == "service.api/tasks: its deployment is missing");
  other.deployment().service = at("service.web");
  CHECK(other.check() == "service.web: its deployment is carried out for service.api/tasks on laptop");
}

TEST_CASE("a copy that a deployment forgets is seen") {
  Rolling r;
  r.deployment().stop.pop_back();
  CHECK_THAT(r.check(), Catch::Matchers::EndsWith("is there and not accounted for"));
}

TEST_CASE("a copy that stays and goes, or isn't there, is seen") {
  Rolling r;
  auto other = r;
  r.deployment().keep.push_back(r.deployment().stop.front());
  CHECK_THAT(r.check(), Catch::Matchers::EndsWith("stays and goes"));
  other.deployment().stop.front().id = "gone";
  CHECK_THAT(other.check(), Catch::Matchers::EndsWith("isn't there"));
}

TEST_CASE("too few and too many copies in the end are seen") {
  Rolling r;
  auto other = r;
  r.deployment().start.pop_back();
  CHECK(r.check() == "service.api: 2 copies in the end instead of 3");
  other.deployment().start.pop_back();
  other.deployment().desired = 2;
  CHECK(other.check() == "service.api: 3 copies are wanted, and the deployment is for 2");
}

TEST_CASE("two copies at one address are seen") {
  Rolling r;
  r.deployment().start.back().address = r.deployment().start.front().address;
  CHECK(r.check() == "service.api: two copies are started at one address");
}

TEST_CASE("a floor or a ceiling that isn't the declared one is seen") {
  Rolling r;
  auto other = r;
  r.deployment().policy.floor = 3;
  CHECK(r.check() == "service.api: at least 3 healthy copies instead of 2");
  other.deployment().policy.ceiling = 7;
  CHECK(other.check() == "service.api: at most 7 copies instead of 6");
}

TEST_CASE("a copy that waits for one that doesn't go is seen") {
  Rolling r;
  r.deployment().start.front().after = {at("service.api/9")};
  CHECK(r.check() == "service.api: service.api/3 waits for service.api/9, which doesn't go");
}

TEST_CASE("a rollback to nowhere is seen") {
  Rolling r;
  r.deployment().from.clear();
  CHECK(r.check() == "service.api: a rollback has copies and no revision to go back to");
}

TEST_CASE("a copy on a node that can't take it is seen") {
  Rolling r;
  auto& start = r.deployment().start.front();
  start.node = "d";
  CHECK(r.check() == "service.api/3 is started on node d, whose label disk isn't ssd");
  start.node = "e";
  CHECK(r.check() == "service.api/3 is started on node e, which there isn't");
  start.node = "a";
  r.observed.hosts[0].draining = true;
  CHECK(r.check() == "service.api/3 is started on node a, which is drained");
  r.observed.hosts[0].draining = false;
  r.observed.hosts[0].answers = false;
  CHECK(r.check() == "service.api/3 is started on node a, which doesn't answer");
}

TEST_CASE("copies beside each other on a node without room, or with one port, are seen") {
  Rolling r;
  auto& start = r.deployment().start;
  start[1].node = start[0].node;
  CHECK(r.check() == fmt::format("service.api/3 is started on node {}, whose port 8080/tcp is taken", start[0].node));
  start[2].node = start[0].node;
  CHECK(r.check() == fmt::format("service.api/3 is started on node {}, where 201326592 of 134217728 bytes are taken in "
                                 "the end",
                                 start[0].node));
}

}  // namespace
}  // namespace infra::test
