// Time as the calls to AWS see it: a test's world runs faster than ours.
#pragma once
#include <chrono>

#include "base/cancel.h"
#include "providers/aws/api/sign.h"

namespace infra::aws {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual SysTime now() = 0;
  // false: aborted meanwhile.
  virtual bool sleep(std::chrono::milliseconds time, const Cancel* cancel) = 0;
};

// `speed`: how many seconds of the world's pass in one of ours.
class SystemClock : public Clock {
 public:
  explicit SystemClock(double speed = 1) : speed_(speed) {}
  SysTime now() override;
  bool sleep(std::chrono::milliseconds time, const Cancel* cancel) override;

 private:
  double speed_;
};

}  // namespace infra::aws
