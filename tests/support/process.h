// Programs that a test starts: ended by their own id, also when the test dies.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace infra::testing {

struct RunResult {
  int code = -1;       // exit code, or 128 + signal
  std::string output;  // stdout and stderr together
};
// Runs to the end.
RunResult run(const std::vector<std::string>& command, const std::string& input = {});

class Process {
 public:
  Process() = default;
  // Output goes to `log`. The child gets SIGTERM when the thread that started it ends, however that happens.
  static std::optional<Process> start(const std::vector<std::string>& command, const std::string& log);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  ~Process();

  [[nodiscard]] pid_t id() const { return id_; }
  [[nodiscard]] bool running();
  void signal(int number) const;
  // SIGTERM, and SIGKILL after `patience`.
  void stop(std::chrono::milliseconds patience = std::chrono::seconds(15));

 private:
  pid_t id_ = -1;
};

}  // namespace infra::testing
