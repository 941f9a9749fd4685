#include "state/places/outage.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/text/units.h"

namespace infra {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirst{50}, kLongest{2000}, kTurn{50};
constexpr milliseconds kQuiet{1000};  // shorter outages are not worth a line

}  // namespace

bool is_outage(const Error& error) { return error.code == "E0511"; }

Outage::~Outage() {
  if (!told_ || over_) return;
  const auto took = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - since_).count();
  listener_.say(fmt::format("the state's database answers again, after {} s", took));
}

void Outage::tell(const Error& error) {
  if (told_ || !listener_.say || Clock::now() - since_ < kQuiet) return;
  told_ = true;
  listener_.say(fmt::format("{}; what is done is kept in memory, trying again for up to {}", error.message,
                            format_duration(Duration{patience_.count()})));
}

bool Outage::pause(milliseconds length) const {
  for (const auto end = Clock::now() + length; Clock::now() < end;) {
    if (listener_.go_on && !listener_.go_on()) return false;
    std::this_thread::sleep_for(std::min(kTurn, length));
  }
  return true;
}

bool Outage::wait(const Error& error) {
  if (++attempts_ == 1) {
    since_ = Clock::now();
    return true;  // at once: only the connection may have broken
  }
  tell(error);
  const auto left = std::chrono::duration_cast<milliseconds>(since_ + patience_ - Clock::now());
  const auto length = std::min(kLongest, kFirst * (1 << std::min(attempts_, 10)));
  over_ = left.count() <= 0 || !pause(std::min(length, left));
  return !over_;
}

}  // namespace infra
