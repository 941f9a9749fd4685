#include "git/child.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <memory>
#include <thread>
#include <vector>

using namespace infra;
using namespace std::chrono_literals;

namespace {

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD; }

}  // namespace

TEST_CASE("a child gives back what it made, of any size") {
  const Cancel cancel;
  const auto large = run_in_child([] { return std::string(300'000, 'x') + '\0'; }, 10s, cancel);
  REQUIRE(large);
  CHECK(large->size() == 300'001);
  CHECK(run_in_child([] { return std::string(); }, 10s, cancel)->empty());
  CHECK_FALSE(has_children());
}

TEST_CASE("given a child that hangs, it is killed at the deadline") {
  const Cancel cancel;
  const auto start = std::chrono::steady_clock::now();
  const auto answer = run_in_child([] { return ::pause(), std::string(); }, 200ms, cancel);
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == "E0811");
  CHECK_FALSE(has_children());
}

TEST_CASE("given a signal to us while a child hangs, we should not wait for the deadline") {
  Cancel cancel;
  std::jthread signal([&] {
    std::this_thread::sleep_for(100ms);
    cancel.raise();
  });
  const auto start = std::chrono::steady_clock::now();
  CHECK(run_in_child([] { return ::pause(), std::string(); }, 60s, cancel).error().code == "E0811");
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  CHECK_FALSE(has_children());
}

TEST_CASE("given a child that dies, we should say of what") {
  const Cancel cancel;
  const auto killed = run_in_child([] { return ::raise(SIGKILL), std::string("never"); }, 10s, cancel);
  REQUIRE_FALSE(killed);
  CHECK(killed.error().message == "the process that fetches died of signal 9");
  const auto ended = run_in_child([]() -> std::string { ::_exit(3); }, 10s, cancel);
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code == "E0811");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // with them there is no limit
TEST_CASE("given a child that wants memory without end, it ends at its limit, and we should say so") {
  const Cancel cancel;
  const auto eat = [] {
    std::vector<std::unique_ptr<char[]>> held;  // asked for, never touched: it costs this machine nothing
    for (;;) held.push_back(std::make_unique_for_overwrite<char[]>(std::size_t{64} << 20U));
    return std::string();
  };
  for (const auto memory : {kMemoryOfChild, std::size_t{1} << 28U}) {
    const auto answer = run_in_child(eat, 60s, cancel, memory);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().message == "the process that fetches ran out of memory");
  }
  CHECK(run_in_child([] { return std::string(std::size_t{100} << 20U, 'x').substr(0, 1); }, 60s, cancel));
}
#endif

TEST_CASE("given no file descriptor that is free, we should say what is scarce") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none = before;
  none.rlim_cur = 3;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const Cancel cancel;
  const auto answer = run_in_child([] { return std::string("never"); }, 10s, cancel);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == "E0813");
  CHECK_FALSE(has_children());
}

TEST_CASE("given a Ctrl-C to the whole group, the child leaves the decision to us") {
  const Cancel cancel;
  const auto answer = run_in_child([] { return ::raise(SIGINT), ::raise(SIGTERM), std::string("done"); }, 10s, cancel);
  REQUIRE(answer);
  CHECK(*answer == "done");
}
