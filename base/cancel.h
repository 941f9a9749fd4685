// How long-running work learns that it should stop. First Ctrl-C: drain (finish what runs, start nothing new);
// second: abort (stop waiting, return E0703 as soon as possible).
#pragma once
#include <atomic>

namespace infra {

class Cancel {
 public:
  enum Level : int { none = 0, drain = 1, abort = 2 };
  void raise() noexcept {  // async-signal-safe
    const int now = level_.load();
    if (now < abort) level_.store(now + 1);
  }
  void set(Level level) noexcept { level_.store(level); }
  [[nodiscard]] bool draining() const noexcept { return level_.load() >= drain; }
  [[nodiscard]] bool aborting() const noexcept { return level_.load() >= abort; }

 private:
  std::atomic<int> level_{none};
  static_assert(std::atomic<int>::is_always_lock_free);
};

}  // namespace infra
