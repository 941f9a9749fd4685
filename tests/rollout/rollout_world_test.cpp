#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/rollout/simulate.h"

namespace infra::test {
namespace {

std::uint64_t number_of(const char* variable, std::uint64_t fallback) {
  const char* text = std::getenv(variable);
  return text == nullptr ? fallback : std::stoull(text);
}

void require_sound(const WorldOptions& options) {
  if (simulate(options).breach.empty()) return;
  const auto small = shrink(options);
  const auto again = simulate(small, true);
  FAIL("INFRA_WORLD_SEED=" << options.seed << " breaks; reduced:\n"
                           << text_of(small) << "\n"
                           << again.log << again.breach);
}

void add(const Loop::Seen& one, Loop::Seen& all) {
  all.drains += one.drains;
  all.failures += one.failures;
  all.rollbacks += one.rollbacks;
  all.give_ups += one.give_ups;
  all.completes += one.completes;
  all.plans += one.plans;
}

}  // namespace

TEST_CASE("random worlds: floor, ceiling, drains and ports hold, and the end that is asked for comes and stays") {
  const auto first = number_of("INFRA_WORLD_SEED", 1);
  const auto worlds = number_of("INFRA_WORLDS", std::getenv("INFRA_WORLD_SEED") == nullptr ? 20'000 : 1);
  std::uint64_t moves = 0, looks = 0;
  Loop::Seen all;
  for (auto seed = first; seed < first + worlds; ++seed) {
    const auto options = draw_options(seed);
    const auto outcome = simulate(options);
    moves += static_cast<std::uint64_t>(outcome.moves);
    looks += static_cast<std::uint64_t>(outcome.looks);
    add(outcome.happened, all);
    if (!outcome.breach.empty()) require_sound(options);
  }
  if (worlds >= 1000) {
    for (const auto often : {all.drains, all.failures, all.rollbacks, all.give_ups, all.completes, all.plans})
      CHECK(static_cast<std::uint64_t>(often) > worlds / 20);
  }
  WARN(fmt::format(
      "{} worlds from seed {}: {} looks, {} moves, {} plans; {} drains, {} failed copies, {} rollbacks, {} times "
      "given up, {} times complete",
      worlds, first, looks, moves, all.plans, all.drains, all.failures, all.rollbacks, all.give_ups, all.completes));
}

TEST_CASE("a coordinator that is killed at any move leaves what the next one brings to the same end") {
  int kills = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    auto options = draw_options(seed);
    std::erase_if(options.faults, [](const Fault& f) { return f.kind != Fault::retarget; });
    options.flaky = 0;
    for (std::size_t i = 0; i < options.faults.size(); ++i) options.faults[i].at = 1200 * static_cast<int>(i + 1);
    const auto undisturbed = simulate(options);
    require_sound(options);
    for (options.kill_at = 1; options.kill_at <= undisturbed.moves; ++options.kill_at) {
      require_sound(options);
      const auto end = simulate(options).end;
      INFO(text_of(options));
      REQUIRE(end == undisturbed.end);
      ++kills;
    }
  }
  WARN(fmt::format("{} kills", kills));
}

}  // namespace infra::test
