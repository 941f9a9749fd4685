// The threads that call providers. They see nothing but the call and the Cancel; what comes of it goes back by a queue
// to the coordinator, who owns everything else.
#pragma once
#include <chrono>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "apply/bounded_queue.h"
#include "base/cancel.h"
#include "planner/plan.h"
#include "providers/provider.h"
#include "state/state.h"

namespace infra {

struct ProviderCall {
  std::size_t step;
  Operation operation;
  Provider* provider;
  ExistingObject existing;  // for update and destroy
  CreateRequest request;    // for create and update
};

struct CallNote {  // what the provider says that it is doing
  std::size_t step;
  std::string text;
};
struct CallOutcome {
  std::size_t step;
  Result<ObjectResult> result;  // of a destroy: empty
  bool panicked;                // the provider threw: nobody knows what it did
  std::chrono::milliseconds took;
};
using CallReport = std::variant<CallNote, CallOutcome>;

class WorkerPool {
 public:
  WorkerPool(std::size_t workers, const Cancel& cancel);
  ~WorkerPool();  // waits for calls that are under way

  // Doesn't wait as long as no more calls are under way than there are workers.
  void start(ProviderCall call) { calls_.push(std::move(call)); }
  // All reports so far; waits at most `wait` for the first.
  std::vector<CallReport> take(std::chrono::milliseconds wait) { return reports_.drain(wait); }

 private:
  void work();

  const Cancel& cancel_;
  BoundedQueue<ProviderCall> calls_;
  BoundedQueue<CallReport> reports_;
  std::vector<std::jthread> threads_;
};

}  // namespace infra
