// How often an engine has started the containers of tasks again by itself. Its list call doesn't tell, and asking about
// each container in each look costs more than the containers themselves.
#pragma once
#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "providers/nodes/context.h"

namespace infra::nodes {

struct Restarted {
  int count = 0;
  int exit = 0;  // how it ended the last time
};
using Restarts = std::map<std::string, Restarted>;  // by the container's id

// Of one engine.
class RestartWatch {
 public:
  using Clock = std::chrono::steady_clock;

  // Of those of a list call's entries that may have been restarted: nobody asks about what has run for ten seconds, nor
  // again about what has run without an end since it was asked about. `asked`: before the list was asked for. What the
  // engine answers instead of a container is an Error.
  Result<Restarts> look(Engine& engine, const List& entries, Clock::time_point asked);

 private:
  struct Known {
    Restarted last;
    Clock::time_point until;  // true up to then
  };
  std::mutex mutex_;
  std::map<std::string, Known> known_;
  bool first_ = true;
};

}  // namespace infra::nodes
