// Work that may hang for ever (a remote that stops answering) in a process of its own, which can be killed.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "base/cancel.h"
#include "base/result.h"

namespace infra {

// Forks, runs `work`, and gives back the bytes that it returned. E0811 if the deadline passed, `cancel` was raised, or
// the child died; it is dead in each case, also if this process is killed. Call it while no other thread of this
// process holds a lock that `work` needs.
Result<std::string> run_in_child(const std::function<std::string()>& work, std::chrono::milliseconds deadline,
                                 const Cancel& cancel);

}  // namespace infra
