// Work that may hang, crash or eat all memory (a remote that stops answering, a stranger's stack) in a process of its
// own.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/result.h"

namespace infra {

// A fork of this process, killed and waited for when it leaves scope; it dies with this process in any case. It takes
// no notice of SIGINT and SIGTERM: a Ctrl-C goes to the whole foreground group, and the parent decides what it means.
// Start one while no other thread of this process holds a lock that `work` needs.
class ChildProcess {
 public:
  // Where a child writes what the parent reads. False if nobody reads any more.
  using Write = std::function<bool(std::string_view)>;
  // `memory`: bytes of data beyond what this process has at its start; 0: no limit. E0813 if there can be none.
  static Result<ChildProcess> start(const std::function<void(const Write&)>& work, std::size_t memory = 0);
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  enum class Got { data, nothing, end };
  // Waits at most `wait` for what the child writes, and appends it.
  Got read(std::string& into, std::chrono::milliseconds wait);
  // After the end: nullopt if it went well, else what it died of: "died of signal 11", "ran out of memory".
  std::optional<std::string> wait();

 private:
  ChildProcess(pid_t pid, int from) : pid_(pid), from_(from) {}
  pid_t pid_;
  int from_;
};

// Runs `work`, and gives back the bytes that it returned. E0811 if the deadline passed, `cancel` was raised, or the
// child died or wanted more than `memory` bytes; it is dead in each case.
constexpr std::size_t kMemoryOfChild = std::size_t{2} << 30U;
Result<std::string> run_in_child(const std::function<std::string()>& work, std::chrono::milliseconds deadline,
                                 const Cancel& cancel, std::size_t memory = kMemoryOfChild);

}  // namespace infra
