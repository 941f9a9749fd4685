// Every scenario, and a death at every moment of it: the next run converges, and nothing is lost or doubled.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/simulation/life.h"

namespace infra::test {
namespace {

struct Scenario {
  std::string name;
  std::vector<Act> acts;
};

// Texts of main.infra below lines "=== apply" or "=== destroy"; a destroy has the files of the act before it. "runs=1":
// so many jobs run in it before deletions.
Scenario read_scenario(const std::filesystem::path& path) {
  Scenario out{.name = path.stem().string(), .acts = {}};
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("=== ")) {
      const bool destroy = line.starts_with("=== destroy");
      REQUIRE((!destroy || !out.acts.empty()));
      const auto runs = line.find(" runs=");
      out.acts.push_back({.destroy = destroy,
                          .text = destroy ? out.acts.back().text : std::string(),
                          .runs = runs == std::string::npos ? 0 : std::stoi(line.substr(runs + 6))});
    } else if (!out.acts.empty() && !out.acts.back().destroy) {
      out.acts.back().text += line + "\n";
    }
  }
  return out;
}

std::vector<Scenario> all_scenarios() {
  std::vector<Scenario> out;
  for (const auto& entry : std::filesystem::directory_iterator(INFRA_SOURCE_DIR "/tests/simulation/scenarios"))
    out.push_back(read_scenario(entry.path()));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

// A seed, and how many: INFRA_SIMULATION_SEED replays one that failed.
std::uint64_t number_of(const char* variable, std::uint64_t fallback) {
  const char* text = std::getenv(variable);
  return text == nullptr ? fallback : std::stoull(text);
}

// Plays the acts before `act` undisturbed, then dies at moment k of it. False if it has no such moment.
bool survives(const Scenario& scenario, std::size_t act, int k, std::uint64_t seed) {
  INFO(fmt::format("{}, act {}, moment {}; again with INFRA_SIMULATION_SEED={}", scenario.name, act + 1, k, seed));
  Life life(seed);
  for (std::size_t i = 0; i < act; ++i) life.live(scenario.acts[i]);
  life.begin();
  const bool lived = life.live(scenario.acts[act], k);
  if (!lived) {
    life.check_record();
    life.live(scenario.acts[act]);
  }
  life.check_runs(scenario.acts[act]);
  life.check_converged(scenario.acts[act]);
  return !lived;
}

int moments_of(const Scenario& scenario, std::size_t act, std::uint64_t seed) {
  int k = 1;
  while (survives(scenario, act, k, seed)) ++k;
  return k - 1;
}

}  // namespace

TEST_CASE("a death at any moment of any scenario is put right by the next run") {
  const auto first = number_of("INFRA_SIMULATION_SEED", 1);
  const auto seeds = number_of("INFRA_SIMULATION_SEEDS", 1);
  int moments = 0;
  for (const auto& scenario : all_scenarios()) {
    REQUIRE(!scenario.acts.empty());
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
      for (std::size_t act = 0; act < scenario.acts.size(); ++act) {
        const int seen = moments_of(scenario, act, seed);
        CHECK(seen >= 6);
        moments += seen;
      }
    }
  }
  WARN(fmt::format("{} deaths, each put right", moments));
}

TEST_CASE("deaths in a row, each a little later than the last, are put right in the end") {
  for (const auto& scenario : all_scenarios()) {
    INFO(scenario.name);
    Life life(7);
    for (const auto& act : scenario.acts) {
      for (int k = 1; !life.live(act, k) && k < 500; k += 3) life.check_record();
      life.live(act);
      life.check_converged(act);
    }
  }
}

TEST_CASE("a death, and a user who changes the mind") {
  for (const auto& scenario : all_scenarios()) {
    for (std::size_t act = 1; act < scenario.acts.size(); ++act) {
      for (int k = 1;; k += 2) {
        INFO(fmt::format("{}, act {}, moment {}", scenario.name, act + 1, k));
        Life life(3);
        for (std::size_t i = 0; i < act; ++i) life.live(scenario.acts[i]);
        const bool lived = life.live(scenario.acts[act], k);
        life.live(scenario.acts[act - 1]);
        life.check_converged(scenario.acts[act - 1]);
        if (lived) break;
      }
    }
  }
}

}  // namespace infra::test
