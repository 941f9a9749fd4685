#include "apply/execute/worker_pool.h"

#include <fmt/format.h>

#include <exception>

#include "providers/fetches_images.h"

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

Result<Observation> look(const ProviderCall& call) {
  std::vector<KnownObject> known;
  known.reserve(call.look->rows.size());
  for (const auto& row : call.look->rows) known.push_back({row.address, row.type, row.id, row.inputs});
  return call.provider->poll(known);
}

Result<ObjectResult> fetch(const ProviderCall& call, const Cancel& cancel, const Progress& progress) {
  auto there = dynamic_cast<FetchesImages&>(*call.provider).fetch_images(call.fetch, cancel, progress);
  if (!there) return std::move(there).error();
  return ObjectResult{};
}

Result<ObjectResult> carry_out_operation(const ProviderCall& call, CallOutcome& out, const Cancel& cancel,
                                         const Progress& progress) {
  if (!call.fetch.empty()) {
    auto fetched = fetch(call, cancel, progress);
    if (!fetched || !call.makes_way) return fetched;
  }
  if (call.diagnose) out.diagnosis = call.provider->diagnose(call.existing);
  return make(call, cancel, progress);
}

Error panic(const std::string& what) {
  return {.code = "E0708",
          .message = fmt::format("the provider stopped unexpectedly: {}", what),
          .help = "this is a bug in infra; run the command again, it settles what this call may have changed"};
}

}  // namespace

CallOutcome carry_out(const ProviderCall& call, const Cancel& all, const Progress& progress) {
  const auto& cancel = call.cancel != nullptr ? *call.cancel : all;
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  CallOutcome out{.call = call.call, .result = Error{}};
  try {
    if (call.look) {
      out.seen = look(call);
    } else {
      out.result = carry_out_operation(call, out, cancel, progress);
    }
  } catch (const std::exception& e) {  // a provider stands on third-party libraries
    if (call.look) out.seen = Result<Observation>(panic(e.what()));
    out.result = panic(e.what());
    out.panicked = true;
  }
  out.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  return out;
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
    const Progress progress = [&](std::string text) { reports_.try_push(CallNote{call->call, std::move(text)}); };
    reports_.push(carry_out(*call, cancel_, progress));
  }
}

}  // namespace infra
