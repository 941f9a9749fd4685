#include "facts/rollout.h"

#include <algorithm>
#include <cmath>

namespace infra::facts {
namespace {

// A percentage has no exact binary form: 7 copies at 100% must be 7, and not 7.000000001 rounded up to 8.
constexpr double kSlack = 1e-9;

double share(Percent percent, std::int64_t desired) { return static_cast<double>(desired) * percent.value / 100; }

}  // namespace

std::int64_t floor_of(Percent min, std::int64_t desired) {
  return static_cast<std::int64_t>(std::ceil(share(min, desired) - kSlack));
}

std::int64_t ceiling_of(Percent max, std::int64_t desired) {
  return static_cast<std::int64_t>(std::floor(share(max, desired) + kSlack));
}

std::int64_t breaker_of(std::int64_t desired) {
  constexpr std::int64_t kLeast = 3;
  constexpr std::int64_t kMost = 200;
  return std::clamp((desired + 1) / 2, kLeast, kMost);
}

std::int64_t surge_of(Percent max, std::int64_t desired) {
  return std::max<std::int64_t>(ceiling_of(max, desired) - desired, 0);
}

std::int64_t unavailable_of(Percent min, std::int64_t desired) {
  return std::max<std::int64_t>(desired - floor_of(min, desired), 0);
}

}  // namespace infra::facts
