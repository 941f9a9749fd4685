// How a real object is, as its platform tells. The words are those of ECS and Kubernetes.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace infra {

// A point in time of a platform or of this machine; of simulated time in tests.
using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

struct Health {
  enum Now {
    healthy,    // it is what was asked for; without a health check: it has run for the settling time
    starting,   // it isn't yet, and may still be: waited for
    unhealthy,  // it runs, and its health check or its load balancer says no
    stopping,   // it was asked to end
    stopped,    // it ended, and shouldn't have
    completed,  // it ended, as it should
  } now = healthy;
  Moment since = {};        // when that began, as far as the platform tells; else zero
  int exit = 0;             // exit code, where it ended
  int restarts = 0;         // by the platform, since it was made
  std::string detail = {};  // "exited with code 137 2 minutes ago"
  friend bool operator==(const Health&, const Health&) = default;
};
// Neither broken nor going: there is nothing to put right.
[[nodiscard]] constexpr bool is_fine(const Health& health) {
  return health.now == Health::healthy || health.now == Health::starting || health.now == Health::completed;
}
constexpr std::string_view to_text(Health::Now now) {
  constexpr std::string_view kNames[] = {"healthy", "starting", "unhealthy", "stopping", "stopped", "completed"};
  return kNames[now];
}

}  // namespace infra
