#include "cli/terminal/signals.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

namespace infra::cli {
namespace {

using namespace std::chrono_literals;

template <class F>
bool soon(F&& done) {
  for (int i = 0; i < 1000; ++i) {
    if (done()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

TEST_CASE("the first signal drains, the second aborts") {
  Cancel cancel;
  const SignalGuard guard(cancel, false);
  ::raise(SIGINT);
  CHECK(cancel.draining());
  CHECK_FALSE(cancel.aborting());
  ::raise(SIGTERM);
  CHECK(cancel.aborting());
}

TEST_CASE("a guard that is gone leaves signals as they were, and no alarm") {
  Cancel cancel;
  struct sigaction before {
  }, after{};
  ::sigaction(SIGINT, nullptr, &before);
  {
    const SignalGuard guard(cancel, false);
    ::raise(SIGINT);
    ::raise(SIGINT);
  }
  ::sigaction(SIGINT, nullptr, &after);
  CHECK(before.sa_handler == after.sa_handler);
  CHECK(::alarm(0) == 0);
}

TEST_CASE("after two signals a process that hangs ends with 130") {
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(pipe[1], STDERR_FILENO);
    Cancel cancel;
    const SignalGuard guard(cancel, true);
    static_cast<void>(::write(STDERR_FILENO, "ready", 5) < 0);
    for (;;) ::pause();
  }
  ::close(pipe[1]);
  char ready[5];
  REQUIRE(::read(pipe[0], ready, sizeof ready) == 5);
  const auto begin = std::chrono::steady_clock::now();
  ::kill(child, SIGINT);
  std::this_thread::sleep_for(50ms);
  ::kill(child, SIGTERM);
  int status = 0;
  REQUIRE(soon([&] { return ::waitpid(child, &status, WNOHANG) == child; }));
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 130);
  CHECK(std::chrono::steady_clock::now() - begin > 1500ms);
  std::string said(1000, '\0');
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(::read(pipe[0], said.data(), said.size()), 0)));
  ::close(pipe[0]);
  CHECK(said ==
        "\ninfra: stopping after what has begun; again to abort\n\ninfra: aborting\n\ninfra: gave up waiting; the next "
        "run "
        "finds out what became of the changes that had begun\n");
}

}  // namespace infra::cli
