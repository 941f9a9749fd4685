#include "tests/rollout/option_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>

namespace infra::test {
namespace {

constexpr const char* kNames[] = {"crash",     "crash_loop",  "sicken",      "recover", "restart", "remove",
                                  "node_down", "node_up",     "node_reboot", "kill",    "stale",   "retarget",
                                  "rescale",   "lose_answer", "refuse",      "delay",   "blind"};
static_assert(std::size(kNames) == Fault::kinds);

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
  int upto(int most) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(most + 1)); }
  int from(int least, int most) { return least + upto(most - least); }
  bool one_in(int n) { return upto(n - 1) == 0; }

 private:
  std::mt19937_64 engine_;
};

void draw_policy(Dice& dice, WorldOptions& o) {
  o.desired = dice.one_in(20) ? 0 : dice.from(1, 6);
  o.nodes = dice.from(1, 5);
  o.ports = dice.one_in(4);
  if (o.ports) o.desired = std::min(o.desired, o.nodes);
  o.floor = dice.upto(o.desired);
  if (o.ports) o.floor = std::max(0, std::min(o.floor, o.desired - 1));
  o.ceiling = o.desired + dice.upto(o.desired);
  if (o.floor == o.ceiling) ++o.ceiling;
  o.breaker = dice.from(1, 5);
  o.rollback = !dice.one_in(5);
  o.drain = dice.one_in(3) ? dice.from(1, 40) : 0;
  o.deadline = dice.one_in(4) ? dice.from(60, 1200) : 0;
  o.slowest = dice.from(1, 50);
  o.pace = dice.one_in(2) ? 1000 : dice.from(250, 8000);
}

void draw_faults(Dice& dice, WorldOptions& o) {
  std::vector<Fault::Kind> kinds;
  for (int k = 0; k < Fault::kinds; ++k)
    if (dice.one_in(3)) kinds.push_back(static_cast<Fault::Kind>(k));
  o.flaky = dice.one_in(4) ? dice.from(1, 50) : 0;
  const int span = dice.from(30, 600);
  const int count = kinds.empty() ? 0 : dice.upto(dice.one_in(5) ? 40 : 10);
  for (int i = 0; i < count; ++i) {
    const auto kind = kinds[static_cast<std::size_t>(dice.upto(static_cast<int>(kinds.size()) - 1))];
    o.faults.push_back({.kind = kind, .at = dice.upto(span), .which = dice.upto(30)});
  }
  // The second revision comes always, while the first may not be complete yet.
  o.faults.push_back({.kind = Fault::retarget, .at = dice.one_in(3) ? dice.upto(20) : dice.from(60, 200)});
  std::stable_sort(o.faults.begin(), o.faults.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
}

}  // namespace

WorldOptions draw_options(std::uint64_t seed) {
  Dice dice(seed);
  WorldOptions o{.seed = seed, .bad = {}, .faults = {}};
  draw_policy(dice, o);
  draw_faults(dice, o);
  for (int revision = dice.one_in(15) ? 0 : 1; revision < 8; ++revision)
    if (dice.one_in(3)) o.bad.push_back(revision);
  return o;
}

std::string text_of(const WorldOptions& o) {
  auto text = fmt::format(
      "seed {}: {} copies on {} nodes, floor {}, ceiling {}, breaker {}, rollback {}, drain {} s, deadline {} s, ports "
      "{}, "
      "slowest {} s, pace {} ms, flaky {} %, kill at move {}, bad revisions {}",
      o.seed, o.desired, o.nodes, o.floor, o.ceiling, o.breaker, o.rollback, o.drain, o.deadline, o.ports, o.slowest,
      o.pace, o.flaky, o.kill_at, fmt::join(o.bad, " "));
  for (const auto& fault : o.faults) text += fmt::format("\n  {} s: {} {}", fault.at, kNames[fault.kind], fault.which);
  return text;
}

}  // namespace infra::test
