// When which platform is asked again how the objects are that somebody waits for.
#pragma once
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "providers/provider.h"

namespace infra {

class Watch {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Watch(const std::map<std::string, std::unique_ptr<Provider>>& providers) : providers_(providers) {}

  // Platforms that no look is under way for, and whose pace has passed since the last one began. What is busy making
  // things (`calls`: some are under way) answers slowly, and more slowly if it is asked all the time: then a look that
  // took long is followed by a pause of nine times as long, but of no more than two seconds beyond the pace.
  [[nodiscard]] std::vector<std::string> due(Clock::time_point now, bool calls) const {
    std::vector<std::string> out;
    for (const auto& [name, provider] : providers_) {
      const auto at = last_.find(name);
      const auto pace = provider->pace();
      const bool rested = at == last_.end() || now >= at->second.begun + (calls ? pause_after(at->second, pace) : pace);
      if (rested && !is_under_way(name)) out.push_back(name);
    }
    return out;
  }
  Provider* begin(const std::string& platform, std::size_t call, Clock::time_point now) {
    under_way_[call] = platform;
    last_[platform] = {.begun = now};
    return providers_.at(platform).get();
  }
  std::string end(std::size_t call, Clock::time_point now) {
    auto platform = std::move(under_way_.extract(call).mapped());
    auto& last = last_[platform];
    last.took = now - last.begun;
    return platform;
  }
  [[nodiscard]] bool looking() const { return !under_way_.empty(); }

 private:
  struct Last {
    Clock::time_point begun;
    Clock::duration took{};
  };
  static constexpr int kRestFor = 10;  // times what it took, from its begin
  static constexpr std::chrono::seconds kLongestRest{2};

  [[nodiscard]] static Clock::duration pause_after(const Last& last, Clock::duration pace) {
    return std::clamp<Clock::duration>(kRestFor * last.took, pace, pace + kLongestRest);
  }
  [[nodiscard]] bool is_under_way(const std::string& platform) const {
    for (const auto& [call, name] : under_way_) {
      if (name == platform) return true;
    }
    return false;
  }

  const std::map<std::string, std::unique_ptr<Provider>>& providers_;
  std::map<std::size_t, std::string> under_way_;  // by number of the call
  std::map<std::string, Last> last_;              // by platform
};

}  // namespace infra
