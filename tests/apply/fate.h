// When a process dies, in a test: at the k-th moment at which dying makes a difference.
#pragma once
#include <mutex>
#include <stdexcept>

namespace infra::test {

struct Died : std::runtime_error {
  Died() : std::runtime_error("the process died") {}
};

// Shared by the store and the world of a run. Once the time has come every further moment is one of death, too: a dead
// process neither records nor changes anything.
class Fate {
 public:
  void die_at(int moment) {
    const std::lock_guard lock(mutex_);
    die_at_ = moment;
    passed_ = 0;
    dead_ = false;
  }
  void live() { die_at(0); }
  void moment() {
    const std::lock_guard lock(mutex_);
    if (++passed_ == die_at_) dead_ = true;
    if (dead_) throw Died();
  }
  [[nodiscard]] bool dead() const {
    const std::lock_guard lock(mutex_);
    return dead_;
  }

 private:
  mutable std::mutex mutex_;
  int die_at_ = 0, passed_ = 0;
  bool dead_ = false;
};

}  // namespace infra::test
