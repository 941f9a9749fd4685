#include "apply/worker_pool.h"

#include <fmt/format.h>

#include <exception>

namespace infra {
namespace {

Result<ObjectResult> make(const ProviderCall& call, const Cancel& cancel, const Progress& progress) {
  switch (call.operation) {
    case Operation::create:
      return call.provider->create(call.request, cancel, progress);
    case Operation::update:
      return call.provider->update(call.existing, call.request, cancel, progress);
    case Operation::destroy:
      break;
  }
  auto gone = call.provider->destroy(call.existing, cancel, progress);
  if (!gone) return std::move(gone).error();
  return ObjectResult{};
}

Error panic(const std::string& what) {
  return {.code = "E0708",
          .message = fmt::format("the provider stopped unexpectedly: {}", what),
          .help = "this is a bug in infra; run the command again, it settles what this call may have changed"};
}

}  // namespace

CallOutcome carry_out(const ProviderCall& call, const Cancel& cancel, const Progress& progress) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  Result<ObjectResult> result = Error{};
  bool panicked = false;
  try {
    result = make(call, cancel, progress);
  } catch (const std::exception& e) {  // a provider stands on third-party libraries
    result = panic(e.what());
    panicked = true;
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  return {call.step, std::move(result), panicked, took};
}

WorkerPool::WorkerPool(std::size_t workers, const Cancel& cancel)
    : cancel_(cancel), calls_(workers), reports_(workers * 16) {
  threads_.reserve(workers);
  for (std::size_t i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  calls_.close();
  reports_.close();
}

void WorkerPool::work() {
  while (auto call = calls_.pop()) {
    // Notes may be lost while the coordinator is busy; outcomes may not.
    const Progress progress = [&](std::string text) { reports_.try_push(CallNote{call->step, std::move(text)}); };
    reports_.push(carry_out(*call, cancel_, progress));
  }
}

}  // namespace infra
