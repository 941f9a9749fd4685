// A pass in a process of its own, so that no commit can end or stall the loop: what compiles for ever, eats all memory
// or finds a bug costs that process, and the loop goes on with the next commit.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "base/cancel.h"
#include "base/secrets/redactor.h"
#include "watch/watch_events.h"
#include "watch/watch_loop.h"

namespace infra {

struct PassLimits {
  // From the files to a plan: compiling, fetching modules, hashing build contexts, observing. What is then carried out
  // has the time that the stack gives it.
  std::chrono::milliseconds looking = std::chrono::minutes(5);
  std::size_t memory = std::size_t{2} << 30U;  // bytes of data beyond what the loop itself has
};

struct PassResult {
  PassOutcome outcome;
  bool copy_damaged = false;  // an object of the repository's copy couldn't be read
};

// What a pass is given to talk with.
struct PassPipe {
  const Cancel& cancel;
  WatchSink& sink;
  // From `true` on something is being changed, and the pass is let end at a step's end; before, it may be killed at
  // once.
  std::function<void(bool changing)> changing;
};

// Runs `pass` there, and passes on what it tells, without what `redactor` (of that process) hides. While nothing is
// being changed it is killed when `cancel` is raised or `limits` are used up (E0816).
PassResult run_pass_apart(const std::function<PassResult(const PassPipe&)>& pass, const PassLimits& limits,
                          const std::shared_ptr<const Redactor>& redactor, const Cancel& cancel, WatchSink& sink);

}  // namespace infra
