#include "providers/aws/api/clock.h"

#include <algorithm>
#include <thread>

namespace infra::aws {

SysTime SystemClock::now() { return std::chrono::system_clock::now(); }

bool SystemClock::sleep(std::chrono::milliseconds time, const Cancel* cancel) {
  using namespace std::chrono;
  const auto end = steady_clock::now() + duration_cast<nanoseconds>(time / speed_);
  while (cancel == nullptr || !cancel->aborting()) {
    const auto left = end - steady_clock::now();
    if (left <= nanoseconds{0}) return true;
    std::this_thread::sleep_for(std::min<nanoseconds>(left, milliseconds(50)));
  }
  return false;
}

}  // namespace infra::aws
