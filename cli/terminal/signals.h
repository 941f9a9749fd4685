// Ctrl-C and SIGTERM while something is being changed. The first asks the run to finish what it has begun, the second
// to give up; two seconds later the process ends with 130 even if a provider hangs. Losing nothing: what was begun is
// noted in the state, and the next run settles it.
//
// A reader that goes away (`infra apply | head`) is no signal to stop: see outlive_reader().
#pragma once
#include <csignal>

#include "base/cancel.h"

namespace infra::cli {

// Only around what changes things: before that, and after, a Ctrl-C simply ends the process. One at a time.
class SignalGuard {
 public:
  // `announce`: say at once, on stderr, what a signal does. Not needed where a progress sink says it.
  SignalGuard(Cancel& cancel, bool announce);
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  struct sigaction old_interrupt_ {
  }, old_terminate_{}, old_alarm_{};
};

// From here to the end of the process a closed pipe doesn't end it in the middle of a change: what is printed is lost,
// which is said once on stderr, and the run goes on. With `drain` it stops instead after what has begun: for a run that
// has no end of its own.
void outlive_reader(bool drain = false);
// Has somebody stopped reading what this process prints?
bool reader_is_gone();

}  // namespace infra::cli
