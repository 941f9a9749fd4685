#include "planner/render/render.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/planner/toy_stack.h"

namespace infra::test {
namespace {

Planned drifted() {
  ToyStack stack;
  ModelWorld world;
  stack.declare("service.api", config({{"type", "container"}, {"parts", 2}, {"password", Value::secret("hunter2")}}));
  stack.outputs["password"] = {.name = "password", .value = Value::secret("hunter2"), .secret = true};
  const auto first = stack.plan(world);
  world.run(first.plan, first.lowered);
  world.remove(at("service.api/1"));
  stack.declare("service.api", config({{"type", "container"}, {"parts", 2}, {"password", Value::secret("hunter3")}}));
  return stack.plan(world);
}

TEST_CASE("colours stand around symbols and values, and only when asked for") {
  const auto planned = drifted();
  const auto plain = render_plan(planned.plan, {});
  CHECK(plain.find('\x1b') == std::string::npos);
  auto coloured = render_plan(planned.plan, {.colour = true});
  CHECK(coloured.find("\x1b[33m! drift\x1b[0m") != std::string::npos);
  CHECK(coloured.find("\x1b[33m~\x1b[0m") != std::string::npos);
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  CHECK(coloured == plain);
}

TEST_CASE("no line is wider than the terminal") {
  const auto planned = drifted();
  for (const int width : {40, 60, 80, 200}) {
    std::istringstream lines(render_plan(planned.plan, {.detail = true, .width = width}));
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 120);
  }
}

TEST_CASE("the JSON form parses, counts declared things, and shows no secret") {
  const auto planned = drifted();
  const auto text = render_plan_json(planned.plan);
  CHECK(text.find("hunter") == std::string::npos);
  const auto json = nlohmann::json::parse(text);
  CHECK(json["format_version"] == 1);
  CHECK(json["stack"] == "shop");
  CHECK(json["drift"] == true);
  CHECK(json["changes"][0]["address"] == "service.api");
  CHECK(json["changes"][0]["parts"].size() == 2);
  CHECK(json["changes"][0]["parts"][0]["action"] == "replace");
  CHECK(json["changes"][0]["parts"][0]["reasons"][0]["code"] == "cannot_update");
  CHECK(json["changes"][0]["parts"][1]["reasons"][0]["code"] == "gone");
  CHECK(json["summary"]["update"] == 1);
  CHECK(json["steps"].size() == planned.plan.steps.size());
}

TEST_CASE("a plan's digest is that of what it does") {
  const auto a = drifted();
  auto b = drifted();
  CHECK(plan_digest(a.plan) == plan_digest(b.plan));
  b.plan.serial.value += 1;
  b.plan.changes.front().reasons.clear();
  CHECK(plan_digest(a.plan) == plan_digest(b.plan));
  b.plan.steps.front().deposes = !b.plan.steps.front().deposes;
  CHECK(plan_digest(a.plan) != plan_digest(b.plan));
}

}  // namespace
}  // namespace infra::test
