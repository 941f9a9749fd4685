// The threads that call providers. They see nothing but the call and the Cancel; what comes of it goes back by a queue
// to the coordinator, who owns everything else.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "apply/execute/bounded_queue.h"
#include "base/cancel.h"
#include "planner/plan.h"
#include "providers/provider.h"
#include "state/state.h"

namespace infra {

// A look at objects that somebody waits for; the rows are copies, for the record changes meanwhile.
struct Look {
  std::vector<RecordedResource> rows;
};

struct ProviderCall {
  std::size_t call;  // its number in this run
  Operation operation = Operation::create;
  Provider* provider = nullptr;
  ExistingObject existing = {};   // for update and destroy
  CreateRequest request = {};     // for create and update
  bool diagnose = false;          // before it is destroyed: why isn't it what it should be?
  std::optional<Look> look = {};  // instead of an operation
  // Whose images are to be where they will run, instead of an operation; of a provider that FetchesImages.
  std::vector<CreateRequest> fetch = {};
  const Cancel* cancel = nullptr;  // its own, instead of the run's
  bool makes_way = false;          // for what is in `fetch`: it is destroyed once the images are there
};

struct CallNote {  // what the provider says that it is doing
  std::size_t call;
  std::string text;
};
struct CallOutcome {
  std::size_t call;
  Result<ObjectResult> result;  // of a destroy or a fetch: empty
  bool panicked = false;        // the provider threw: nobody knows what it did
  std::chrono::milliseconds took{0};
  std::string diagnosis = {};                    // if it was asked for
  std::optional<Result<Observation>> seen = {};  // of a look
};
using CallReport = std::variant<CallNote, CallOutcome>;

// Who carries calls out. A simulation does it in an order of its own, without threads.
class CallRunner {
 public:
  virtual ~CallRunner() = default;
  // Doesn't wait as long as no more calls are under way than were agreed on.
  virtual void start(ProviderCall call) = 0;
  // All reports so far; waits at most `wait` for the first.
  virtual std::vector<CallReport> take(std::chrono::milliseconds wait) = 0;
};
using MakeCallRunner = std::function<std::unique_ptr<CallRunner>(std::size_t workers, const Cancel& cancel)>;

// One call from beginning to end, whatever the provider does: an exception becomes an error.
CallOutcome carry_out(const ProviderCall& call, const Cancel& cancel, const Progress& progress);

class WorkerPool : public CallRunner {
 public:
  WorkerPool(std::size_t workers, const Cancel& cancel);
  ~WorkerPool() override;  // waits for calls that are under way

  void start(ProviderCall call) override { calls_.push(std::move(call)); }
  std::vector<CallReport> take(std::chrono::milliseconds wait) override { return reports_.drain(wait); }

 private:
  void work();

  const Cancel& cancel_;
  BoundedQueue<ProviderCall> calls_;
  BoundedQueue<CallReport> reports_;
  std::vector<std::jthread> threads_;
};

}  // namespace infra
