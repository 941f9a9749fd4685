// `infra run`: a command in a container of its own, which is gone when the command has ended.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "providers/live.h"
#include "providers/nodes/context.h"

namespace infra::nodes {

inline constexpr const char* kOneOff = "one_off";            // infra.type
inline constexpr const char* kRunnerLabel = "infra.runner";  // "HOST PID START" of the infra that waits for it

// Runs it on the context's node. The exit code; E0703 on a Ctrl-C, which stops it. Whatever comes, its container is
// removed; should this process be killed, the next run removes it.
Result<int> run_one_off(const Context& context, const RunRequest& request, const ExecStreams& streams);

// Removes what runs left that were killed: containers that have ended, and those whose runner on this machine is gone.
Result<Ok> remove_left_over(const Context& context);

// This process, as its label names it; is the process that a label names gone for certain?
std::string runner_now();
bool runner_is_gone(const std::string& label);

}  // namespace infra::nodes
