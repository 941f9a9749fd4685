#include "tests/state/child_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <csignal>

namespace infra::test {

ChildProcess::ChildProcess(const std::function<int()>& body) : id_(::fork()) {
  REQUIRE(id_ >= 0);
  if (id_ == 0) {
    // Catch's handlers would report the child's death as the test's.
    for (const int signal : {SIGTERM, SIGSEGV, SIGABRT}) ::signal(signal, SIG_DFL);
    ::_exit(body());
  }
}

ChildProcess::~ChildProcess() {
  if (!running_) return;
  kill();
  wait();
}

void ChildProcess::kill() { ::kill(id_, SIGKILL); }

int ChildProcess::wait() {
  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  running_ = false;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace infra::test
