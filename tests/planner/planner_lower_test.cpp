#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "tests/planner/toy_stack.h"

namespace infra::test {
namespace {

std::string dump(const LoweredGraph& graph) {
  std::string out;
  for (const auto index : graph.order) {
    const auto& part = graph.resources[index];
    out += part.address.text();
    for (const auto& needed : part.depends_on) out += " <- " + needed.text();
    out += "\n";
  }
  return out;
}

TEST_CASE("parts wait for what their owners need, seen through owners without parts") {
  ToyStack stack;
  stack.declare("vpc.main", Map{});
  stack.declare("subnet.a", config({{"type", "network"}}), {"vpc.main"});
  stack.declare("image.web", config({{"type", "image"}}));
  stack.declare("task.api", Map{}, {"image.web"});
  stack.declare("cluster.core", Map{}, {"vpc.main"});
  stack.declare("service.api", config({{"type", "container"}, {"parts", 2}}), {"task.api", "cluster.core", "subnet.a"});
  stack.declare("service.back", config({{"type", "container"}, {"sidecar", true}}), {"service.api"});
  Diagnostics diagnostics;
  const auto lowered = stack.lower(diagnostics);
  CHECK_FALSE(diagnostics.has_errors());
  CHECK(dump(lowered) ==
        "image.web/0\n"
        "subnet.a/0\n"
        "service.api/0 <- image.web <- subnet.a\n"
        "service.api/1 <- image.web <- subnet.a\n"
        "service.back/0.pause <- service.api\n"
        "service.back/0.web <- service.api <- service.back/0.pause\n");
  CHECK(lowered.owners.size() == 7);
}

TEST_CASE("references to declarations' attributes become references to parts, in outputs too") {
  ToyStack stack;
  stack.declare("image.web", config({{"type", "image"}}));
  stack.declare("task.api", config({{"image", ref("image.web", "digest")}}));
  stack.declare("service.api", config({{"type", "container"}, {"image", Call{"+", {"x", ref("image.web", "url")}}}}));
  stack.outputs["url"] = {.name = "url", .value = ref("service.api", "address")};
  Diagnostics diagnostics;
  const auto lowered = stack.lower(diagnostics);
  CHECK_FALSE(diagnostics.has_errors());
  CHECK(lowered.resources[1].inputs["image"] == Value(Call{"+", {"x", Ref{at("image.web/0"), "url"}}}));
  CHECK(lowered.outputs.front().value == Value(Ref{at("service.api/0"), "address"}));
}

TEST_CASE("an attribute that lowering doesn't give, and a platform that isn't there, are reported") {
  ToyStack stack;
  stack.declare("image.web", config({{"type", "image"}}));
  stack.declare("service.api", config({{"type", "container"}, {"image", ref("image.web", "no_such")}}));
  stack.declare("service.lost", config({{"type", "container"}})).platform = "nowhere";
  Diagnostics diagnostics;
  CHECK(stack.lower(diagnostics).resources.size() == 2);
  REQUIRE(diagnostics.errors() == 2);
  CHECK(diagnostics.all()[0].message == "internal error: lowering image.web gave no `no_such`");
  CHECK(diagnostics.all()[1].message == "internal error: service.lost is on `nowhere`, which is not declared");
}

// 1,000 parts that need 1,000 parts must not become a million entries.
TEST_CASE("many parts behind many parts stay linear, in lowering and in the plan") {
  constexpr std::int64_t kParts = 1000;
  ToyStack stack;
  stack.declare("service.a", config({{"type", "container"}, {"parts", kParts}}));
  stack.declare("service.b", config({{"type", "container"}, {"parts", kParts}}), {"service.a"});
  stack.declare("service.c", config({{"type", "container"}, {"parts", kParts}}), {"service.a", "service.b"});
  const ModelWorld world;
  const auto planned = stack.plan(world);
  CHECK(planned.breaches.empty());
  std::size_t needs = 0;
  for (const auto& part : planned.lowered.resources) needs += part.depends_on.size();
  CHECK(needs == 3 * kParts);
  std::size_t waits = 0;
  for (const auto& step : planned.plan.steps) waits += step.after.size();
  CHECK(waits < 10 * kParts);
}

}  // namespace
}  // namespace infra::test
