// A second process, for what only two can show. Children never return into the test program.
#pragma once
#include <sys/types.h>

#include <functional>

namespace infra::test {

class ChildProcess {
 public:
  // `body`'s result is the exit status. It must not use Catch.
  explicit ChildProcess(const std::function<int()>& body);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  void kill();
  // The exit status, or -1 if a signal ended it.
  int wait();
  [[nodiscard]] pid_t id() const { return id_; }

 private:
  pid_t id_;
  bool running_ = true;
};

}  // namespace infra::test
