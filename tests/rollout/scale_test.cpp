#include "planner/rollout/scale.h"

#include <catch2/catch.hpp>

namespace infra {
namespace {

using namespace std::chrono_literals;

constexpr Moment kNow{std::chrono::hours(1000)};

ScaleRule by_cpu() { return {.least = 2, .most = 10, .cpu = 60}; }

std::optional<ScaleDecision> decide(const ScaleRule& rule, const ScaleLoad& load, int running) {
  return decide_scale(rule, load, running, running, std::nullopt, kNow);
}

int count(const ScaleRule& rule, const ScaleLoad& load, int running) {
  const auto decision = decide(rule, load, running);
  return decision ? decision->count : running;
}

}  // namespace

TEST_CASE("copies follow the load: copies x load / target, rounded up, within the range") {
  CHECK(count(by_cpu(), {.cpu = 90}, 4) == 6);
  CHECK(count(by_cpu(), {.cpu = 91}, 4) == 7);
  CHECK(count(by_cpu(), {.cpu = 30}, 4) == 2);
  CHECK(count(by_cpu(), {.cpu = 0}, 4) == 2);
  CHECK(count(by_cpu(), {.cpu = 1000}, 4) == 10);
  CHECK(decide(by_cpu(), {.cpu = 90}, 4)->why == "cpu is at 90% with a target of 60%");
}

TEST_CASE("a load near its target changes nothing, nor does one that isn't measured") {
  CHECK_FALSE(decide(by_cpu(), {.cpu = 65}, 4));
  CHECK_FALSE(decide(by_cpu(), {.cpu = 55}, 4));
  CHECK_FALSE(decide(by_cpu(), {}, 4));
  CHECK_FALSE(decide(by_cpu(), {.cpu = 90}, 0));
}

TEST_CASE("of several targets the one that asks for most counts; less is only for who knows them all") {
  const ScaleRule both{.least = 1, .most = 10, .cpu = 50, .memory = 50, .requests = 100};
  CHECK(count(both, {.cpu = 25, .memory = 100, .requests = 10}, 4) == 8);
  CHECK(count(both, {.cpu = 25, .memory = 25, .requests = 10}, 4) == 2);
  CHECK(count(both, {.cpu = 25, .memory = 25}, 4) == 4);
  CHECK(count(both, {.cpu = 100}, 4) == 8);
  CHECK(count(both, {.cpu = 25, .memory = 52, .requests = 10}, 4) == 4);
}

TEST_CASE("within its cooldown nothing changes, whatever the load") {
  const auto rule = by_cpu();
  CHECK_FALSE(decide_scale(rule, {.cpu = 200}, 2, 2, kNow - 299s, kNow));
  CHECK(decide_scale(rule, {.cpu = 200}, 2, 2, kNow - 300s, kNow)->count == 7);
}

TEST_CASE("a load that was measured while copies still come is not counted twice") {
  // Two run and four are wanted: the two that are missing will take their part.
  CHECK(decide_scale(by_cpu(), {.cpu = 120}, 2, 4, std::nullopt, kNow) == std::nullopt);
}

TEST_CASE("copies reach what a steady load asks for, and stay there") {
  // 3.5 processors of work on copies of one processor each.
  const auto rule = by_cpu();
  int copies = 2;
  for (int pass = 0; pass < 10; ++pass) copies = count(rule, {.cpu = 350.0 / copies}, copies);
  CHECK(copies == 6);
}

}  // namespace infra
