// Waiting for a place that doesn't answer: with growing pauses, up to a limit.
#pragma once
#include <chrono>

#include "base/result.h"
#include "state/store.h"

namespace infra {

// E0511: the same may succeed later.
bool is_outage(const Error& error);

class Outage {
 public:
  Outage(std::chrono::milliseconds patience, const Listener& listener) : patience_(patience), listener_(listener) {}
  ~Outage();
  Outage(const Outage&) = delete;
  Outage& operator=(const Outage&) = delete;
  // True: try again. False: the patience is at its end, or the listener's is. With no patience at all there is one
  // further attempt, for a connection that had broken unnoticed.
  bool wait(const Error& error);

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] bool pause(std::chrono::milliseconds length) const;
  void tell(const Error& error);

  std::chrono::milliseconds patience_;
  const Listener& listener_;
  int attempts_ = 0;
  bool told_ = false, over_ = false;
  Clock::time_point since_ = {};
};

}  // namespace infra
