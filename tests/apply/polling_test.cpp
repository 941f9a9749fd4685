#include "apply/execute/polling.h"

#include <catch2/catch.hpp>

namespace infra {
namespace {

using std::chrono::milliseconds;

const Spot kSpot{.platform = "p", .place = {}};
constexpr milliseconds kPace{100};

// Looks at zero, takes `took`: when it is due again.
milliseconds pause_after(milliseconds took, bool calls = true) {
  Watch watch;
  const Watch::Clock::time_point zero;
  CHECK(watch.is_due(kSpot, kPace, zero, calls));
  watch.begin(kSpot, 1, zero);
  CHECK_FALSE(watch.is_due(kSpot, kPace, zero + std::chrono::hours(1), calls));
  CHECK(watch.end(1, zero + took) == kSpot);
  for (milliseconds at{0};; ++at) {
    if (watch.is_due(kSpot, kPace, zero + at, calls)) return at;
  }
}

}  // namespace

TEST_CASE("a platform that answers at once is looked at in its pace") {
  CHECK(pause_after(milliseconds(0)) == milliseconds(100));
  CHECK(pause_after(milliseconds(10)) == milliseconds(100));
}

TEST_CASE("looks at a busy platform take a tenth of the time") {
  CHECK(pause_after(milliseconds(50)) == milliseconds(500));
  CHECK(pause_after(milliseconds(210)) == milliseconds(2'100));
}

TEST_CASE("a platform that nothing is made on is looked at in its pace") {
  CHECK(pause_after(milliseconds(210), false) == milliseconds(100));
}

TEST_CASE("a platform that hardly answers is looked at again within two seconds and its pace") {
  CHECK(pause_after(milliseconds(15'000)) == milliseconds(2'100));
}

TEST_CASE("a place whose look takes long holds up no other") {
  Watch watch;
  const Watch::Clock::time_point zero;
  watch.begin({"p", "slow"}, 1, zero);
  watch.begin({"p", "quick"}, 2, zero);
  CHECK(watch.end(2, zero).place == "quick");
  CHECK(watch.is_due({"p", "quick"}, kPace, zero + kPace, false));
  CHECK_FALSE(watch.is_due({"p", "slow"}, kPace, zero + kPace, false));
  CHECK(watch.last_begun({"p", "new"}) < watch.last_begun({"p", "quick"}));
}

}  // namespace infra
