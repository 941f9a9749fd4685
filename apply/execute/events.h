// What happens during an apply, as it happens. Sinks render it: a live display, plain lines, NDJSON.
#pragma once
#include <chrono>
#include <string>
#include <variant>

#include "base/result.h"
#include "base/values/address.h"
#include "planner/plan.h"

namespace infra {

struct ApplyStarted {
  std::size_t steps;
};
struct StepStarted {
  std::size_t step;
  Address address;
  Step::Kind kind;
};
struct StepProgress {
  std::size_t step;
  Address address;
  std::string text;
};
struct StepDone {
  std::size_t step;
  Address address;
  Step::Kind kind;
  std::chrono::milliseconds took;
};
struct StepFailed {
  std::size_t step;
  Address address;
  Step::Kind kind;
  Error error;
  std::chrono::milliseconds took;
};
// `interrupted`: not begun because of a Ctrl-C, rather than because of a failure.
struct StepSkipped {
  std::size_t step;
  Address address;
  Step::Kind kind;
  std::string reason;
  bool interrupted = false;
};
struct Draining {
  std::size_t running;
  bool aborting = false;
};  // the first Ctrl-C was seen; the second
// The state's place is far away, and doesn't answer; or it does again.
struct StateNotice {
  std::string text;
};
struct ApplyDone {
  std::size_t succeeded, failed, skipped;
  std::chrono::milliseconds took;
};
using Event = std::variant<ApplyStarted, StepStarted, StepProgress, StepDone, StepFailed, StepSkipped, Draining,
                           StateNotice, ApplyDone>;

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on(const Event& event) = 0;  // always from the coordinator's thread
  virtual void tick() {}                    // about ten times a second while steps run: redraw
};

}  // namespace infra
