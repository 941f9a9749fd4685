// The loop as numbers, in the text format of Prometheus: what an alert is made from.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "watch/watch_events.h"

namespace infra {

// Hears what the loop tells and passes it on to `inner`. `text` may be asked for by another thread at any time.
class WatchMetrics : public WatchSink {
 public:
  explicit WatchMetrics(WatchSink& inner, WallTime now = WallClock::now) : inner_(inner), now_(std::move(now)) {}
  void on(const WatchEvent& event) override;
  void relay(std::string_view lines) override { inner_.relay(lines); }
  [[nodiscard]] std::unique_ptr<WatchSink> like_this(std::ostream& out) const override { return inner_.like_this(out); }

  // Version 0.0.4 of the format. Names: infra_watch_… is the loop, infra_… the stack.
  [[nodiscard]] std::string text() const;

 private:
  struct Numbers {
    std::string repo, branch, folder, commit;
    int applied = 0, in_step = 0, failed = 0, failed_fetches = 0;
    std::size_t steps = 0;
    bool failing = false, fetch_failing = false;
    std::optional<WallClock::time_point> last_pass, last_success;
    std::chrono::milliseconds took{0};
    std::optional<PassFacts> facts;
  };
  struct Count;

  WatchSink& inner_;
  WallTime now_;
  mutable std::mutex guard_;
  Numbers numbers_;
};

}  // namespace infra
