// When which place is asked again how the objects are that somebody waits for.
#pragma once
#include <algorithm>
#include <chrono>
#include <compare>
#include <cstddef>
#include <map>
#include <string>

namespace infra {

// A part of a platform that is asked by itself (Provider::polls_by_place); no place: all of it.
struct Spot {
  std::string platform, place;
  auto operator<=>(const Spot&) const = default;
};

class Watch {
 public:
  using Clock = std::chrono::steady_clock;

  // No look is under way there, and its pace has passed since the last one began. What is busy making things (`calls`:
  // some are under way) answers slowly, and more slowly if it is asked all the time: then a look that took long is
  // followed by a pause of nine times as long, but of no more than two seconds beyond the pace.
  [[nodiscard]] bool is_due(const Spot& spot, Clock::duration pace, Clock::time_point now, bool calls) const {
    const auto at = last_.find(spot);
    if (at == last_.end()) return true;
    return !at->second.under_way && now >= at->second.begun + (calls ? pause_after(at->second, pace) : pace);
  }
  // Never looked at: before all others.
  [[nodiscard]] Clock::time_point last_begun(const Spot& spot) const {
    const auto at = last_.find(spot);
    return at == last_.end() ? Clock::time_point::min() : at->second.begun;
  }
  void begin(const Spot& spot, std::size_t call, Clock::time_point now) {
    under_way_[call] = spot;
    last_[spot] = {.begun = now, .under_way = true};
  }
  Spot end(std::size_t call, Clock::time_point now) {
    auto spot = std::move(under_way_.extract(call).mapped());
    auto& last = last_[spot];
    last.took = now - last.begun;
    last.under_way = false;
    return spot;
  }
  [[nodiscard]] std::size_t looking() const { return under_way_.size(); }

 private:
  struct Last {
    Clock::time_point begun;
    Clock::duration took{};
    bool under_way = false;
  };
  static constexpr int kRestFor = 10;  // times what it took, from its begin
  static constexpr std::chrono::seconds kLongestRest{2};

  [[nodiscard]] static Clock::duration pause_after(const Last& last, Clock::duration pace) {
    return std::clamp<Clock::duration>(kRestFor * last.took, pace, pace + kLongestRest);
  }

  std::map<std::size_t, Spot> under_way_;  // by number of the call
  std::map<Spot, Last> last_;
};

}  // namespace infra
