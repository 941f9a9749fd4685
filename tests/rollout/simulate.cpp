#include "tests/rollout/simulate.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/rollout/loop.h"
#include "tests/rollout/toy_plan.h"

namespace infra::test {
namespace {

constexpr Ms kHour = 3'600'000;
constexpr int kMostLooks = 20'000;

class Run {
 public:
  Run(const WorldOptions& options, bool log) : options_(options), world_(options), loop_(options, world_) {
    if (log) loop_.keep_log();
  }

  Outcome play() {
    trouble();
    world_.calm();
    if (fine()) come_to_rest();
    if (fine()) check_end();
    if (fine()) quiet_day();
    Outcome out{.breach = {},
                .log = loop_.log(),
                .end = end_,
                .moves = loop_.moves(),
                .looks = looks_,
                .happened = loop_.happened()};
    if (!loop_.breaches().empty()) breach_ = loop_.breaches().front();
    out.breach = breach_;
    return out;
  }

 private:
  [[nodiscard]] bool fine() const { return breach_.empty() && loop_.breaches().empty(); }

  void trouble() {
    for (const auto& fault : options_.faults) {
      run_until(static_cast<Ms>(fault.at) * 1000 + 1);
      if (!fine()) return;
      strike(fault);
    }
    run_until(world_.now() + 30'000);
  }
  void strike(const Fault& fault) {
    switch (fault.kind) {
      case Fault::kill:
        return loop_.die(fault.which, false);
      case Fault::stale:
        return loop_.die(fault.which / 4, true);
      case Fault::blind:
        return loop_.go_blind(fault.which);
      case Fault::retarget:
        return loop_.want(std::min(loop_.wanted() + 1, 7));
      case Fault::rescale:
        return loop_.want_copies(options_.ports ? fault.which % (options_.nodes + 1) : fault.which % 7);
      default:
        return world_.strike(fault);
    }
  }
  void run_until(Ms end) {
    while (world_.now() < end && fine()) {
      look();
      pass(end);
    }
  }
  void look() {
    ++looks_;
    const int before = loop_.moves();
    loop_.step();
    moved_ = loop_.moves() != before;
  }
  // Time goes on until something may have changed.
  void pass(Ms end) {
    const Ms next = moved_ ? world_.now() : std::min(world_.next_event(), loop_.next_time());
    const Ms pace = world_.now() + options_.pace;
    const Ms wake = next == kNever || next > end ? end : (next + options_.pace - 1) / options_.pace * options_.pace;
    world_.advance(std::min(std::max(wake, pace), std::max(end, world_.now() + 1)));
  }

  // In bounded time. What failed in the trouble is applied again by a person, who may have to do so again for what was
  // left behind.
  void come_to_rest() {
    const Ms limit = world_.now() + 12 * kHour;
    for (int asked = 0; asked < 4;) {
      Ms rests_since = world_.now();
      while (fine() && looks_ < kMostLooks && world_.now() < limit) {
        look();
        if (moved_ || !loop_.rests()) rests_since = world_.now();
        if (!moved_ && loop_.rests() && (world_.next_event() == kNever || world_.now() - rests_since > kHour)) break;
        pass(limit);
      }
      if (world_.now() >= limit || looks_ >= kMostLooks)
        return void(breach_ = fmt::format("it never comes to rest: {} looks, {} s, {}", looks_, world_.now() / 1000,
                                          loop_.state()));
      const auto status = loop_.kept().record.status;
      if (status == DeploymentRecord::completed || !fine()) return;
      if (world_.bad(loop_.wanted()) && asked > 0) return;
      ++asked;
      loop_.ask_again();
    }
  }

  void check_end() {
    const auto& kept = loop_.kept();
    const auto status = kept.record.status;
    const bool bad = world_.bad(loop_.wanted()) && loop_.desired() > 0;
    const bool back = options_.rollback && kept.complete >= 0 && !world_.bad(kept.complete);
    if (!bad) return require(DeploymentRecord::completed, status, loop_.wanted());
    if (back) return require(DeploymentRecord::rolled_back, status, kept.complete);
    if (status != DeploymentRecord::failed) breach_ = "a bad revision with nothing to go back to isn't given up";
    for (const auto& copy : world_.look().copies)
      if (copy.now == Health::starting) breach_ = "a copy that never got healthy is left";
  }
  void require(DeploymentRecord::Status wanted, DeploymentRecord::Status status, int revision) {
    const auto view = world_.look();
    end_ = fmt::format("{} of {}, status {}", view.copies.size(), revision_name(revision), static_cast<int>(status));
    if (status != wanted)
      return void(breach_ = fmt::format("the end is status {} instead of {}", static_cast<int>(status),
                                        static_cast<int>(wanted)));
    const auto good = std::count_if(view.copies.begin(), view.copies.end(),
                                    [&](const Copy& c) { return c.revision == revision && serves(c); });
    if (good != loop_.desired() || static_cast<int>(view.copies.size()) != loop_.desired())
      breach_ = fmt::format("{} copies in the end, {} of them healthy ones of {}, {} are wanted", view.copies.size(),
                            good, revision_name(revision), loop_.desired());
  }

  void quiet_day() {
    const int moves = loop_.moves();
    for (int hour = 0; hour < 24; ++hour) {
      world_.advance(world_.now() + kHour);
      look();
    }
    if (loop_.moves() != moves) breach_ = "something is done in a day without change";
  }

  const WorldOptions& options_;
  World world_;
  Loop loop_;
  std::string breach_, end_;
  int looks_ = 0;
  bool moved_ = false;  // by the last look
};

bool breaks(const WorldOptions& options) { return !simulate(options).breach.empty(); }

// Faults in halves, quarters …, then one by one.
void drop_faults(WorldOptions& options) {
  for (auto size = std::max<std::size_t>(1, options.faults.size() / 2);; size /= 2) {
    for (std::size_t at = 0; at < options.faults.size();) {
      auto smaller = options;
      const auto first = smaller.faults.begin() + static_cast<std::ptrdiff_t>(at);
      smaller.faults.erase(first, first + static_cast<std::ptrdiff_t>(std::min(size, smaller.faults.size() - at)));
      if (breaks(smaller)) {
        options = std::move(smaller);
      } else {
        at += size;
      }
    }
    if (size == 1) return;
  }
}

}  // namespace

Outcome simulate(const WorldOptions& options, bool log) { return Run(options, log).play(); }

WorldOptions shrink(WorldOptions options) {
  const std::vector<std::function<void(WorldOptions&)>> simpler = {
      [](auto& o) { o.flaky = 0; },
      [](auto& o) { o.bad.clear(); },
      [](auto& o) {
        if (!o.bad.empty()) o.bad.pop_back();
      },
      [](auto& o) { o.drain = 0; },
      [](auto& o) { o.deadline = 0; },
      [](auto& o) { o.pace = 1000; },
      [](auto& o) { o.slowest = 1; },
      [](auto& o) { o.ports = false; },
      [](auto& o) { o.nodes = std::max(o.ports ? o.desired : 1, o.nodes - 1); },
      [](auto& o) { o.desired = std::max(1, o.desired - 1), o.floor = std::min(o.floor, o.desired), --o.ceiling; },
      [](auto& o) { o.floor = std::max(0, o.floor - 1); },
      [](auto& o) { o.breaker = 1; },
      [](auto& o) { o.rollback = false; },
  };
  for (bool better = true; better;) {
    better = false;
    const auto faults = options.faults.size();
    drop_faults(options);
    better = options.faults.size() < faults;
    for (const auto& make_simpler : simpler) {
      auto smaller = options;
      make_simpler(smaller);
      if (text_of(smaller) == text_of(options) || smaller.ceiling < smaller.desired || !breaks(smaller)) continue;
      options = std::move(smaller);
      better = true;
    }
  }
  return options;
}

}  // namespace infra::test
