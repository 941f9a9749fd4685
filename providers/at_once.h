// Questions that are asked at once: one after the other they would take the sum of their answers' ways.
#pragma once
#include <future>
#include <utility>

namespace infra {

// Runs `work` in a thread of its own; where no thread may be made (a limit of the system), when its result is asked
// for. Not for work that others wait for while it runs: there it would never begin.
template <typename Work>
auto at_once(Work&& work) {
  // Both together are "in a thread, else deferred" in libstdc++; with `async` alone the failure is thrown.
  return std::async(std::launch::async | std::launch::deferred, std::forward<Work>(work));
}

}  // namespace infra
