// A pass's process: what it says comes through, and what it does to itself stays there.
#include "watch/pass_process.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <sstream>
#include <thread>

using namespace infra;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

struct Run {
  std::ostringstream out;
  std::unique_ptr<WatchSink> sink = make_watch_text(out);
  std::shared_ptr<Redactor> redactor = std::make_shared<Redactor>();
  PassLimits limits{.looking = 10s, .memory = std::size_t{64} << 20U};
  Cancel cancel;

  PassResult of(const std::function<PassResult(const PassPipe&)>& pass) {
    return run_pass_apart(pass, limits, redactor, cancel, *sink);
  }
  std::string problem_of(const std::function<PassResult(const PassPipe&)>& pass) {
    const auto result = of(pass);
    REQUIRE(result.outcome.problems.size() == 1);
    CHECK(result.outcome.problems.front().code == "E0816");
    return result.outcome.problems.front().message;
  }
};

}  // namespace

TEST_CASE("a pass's lines and its outcome come through, without its secrets") {
  Run run;
  const auto result = run.of([&](const PassPipe& pipe) -> PassResult {
    run.redactor->hide("hunter2hunter2");  // learnt there, and there only
    pipe.sink.on(PassNote{"the password is hunter2hunter2"});
    pipe.changing(true);
    pipe.sink.on(PassPlanned{"1 to create", false});
    return {.outcome = {.problems = {{"E0601", "refused hunter2hunter2", "service.a/0", "help"}},
                        .steps = 3,
                        .took = 7ms,
                        .interrupted = true,
                        .lasting = {{"hunter2hunter2 isn't scaled"}}},
            .copy_damaged = true};
  });
  CHECK_THAT(run.out.str(), Contains("the password is ***\n") && Contains("plan: 1 to create\n"));
  REQUIRE(result.outcome.problems.size() == 1);
  CHECK(result.outcome.problems.front() == Problem{"E0601", "refused ***", "service.a/0", "help"});
  CHECK(result.outcome.steps == 3);
  CHECK(result.outcome.took == 7ms);
  CHECK(result.outcome.interrupted);
  CHECK(result.outcome.lasting == std::vector<std::string>{"*** isn't scaled"});
  CHECK(result.copy_damaged);
}

TEST_CASE("given a pass that crashes, aborts or ends without a word, the loop has a reason and goes on") {
  Run run;
  CHECK(run.problem_of([](const PassPipe&) -> PassResult { return ::raise(SIGSEGV), PassResult(); }) ==
        "the process that planned this commit died of signal 11");
  CHECK_THAT(run.problem_of([](const PassPipe&) -> PassResult { std::abort(); }), Contains("signal 6"));
  CHECK_THAT(run.problem_of([](const PassPipe&) -> PassResult { ::_exit(0); }), Contains("without an answer"));
  CHECK_THAT(
      run.problem_of([](const PassPipe& pipe) -> PassResult { return pipe.changing(true), ::_exit(1), PassResult(); }),
      Contains("applied this commit"));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("given a pass that wants all memory, it gets its share and no more") {
  Run run;
  CHECK(run.problem_of([](const PassPipe&) -> PassResult {
    std::vector<std::string> all;
    for (;;) all.emplace_back(1 << 20, 'x');
  }) == "the process that planned this commit ran out of memory");
}
#endif

TEST_CASE("given a pass that never comes to a plan, it is ended; once it changes things it has its time") {
  Run run;
  run.limits.looking = 200ms;
  CHECK_THAT(run.problem_of([](const PassPipe&) -> PassResult {
    for (;;) ::pause();
  }),
             Contains("no plan was made"));
  const auto result = run.of([](const PassPipe& pipe) -> PassResult {
    pipe.changing(true);
    std::this_thread::sleep_for(400ms);
    return {.outcome = {.steps = 1}};
  });
  CHECK(result.outcome.problems.empty());
  CHECK(result.outcome.steps == 1);
}

TEST_CASE("asked to stop, a pass that only looks is ended at once, and one that changes things at a step's end") {
  Run run;
  std::jthread stop([&] {
    std::this_thread::sleep_for(100ms);
    run.cancel.raise();
  });
  SECTION("looking") {
    CHECK(run.of([](const PassPipe&) -> PassResult {
               for (;;) ::pause();
             })
              .outcome.interrupted);
  }
  SECTION("changing") {
    const auto result = run.of([](const PassPipe& pipe) -> PassResult {
      pipe.changing(true);
      while (!pipe.cancel.draining()) std::this_thread::sleep_for(5ms);
      return {.outcome = {.steps = 2, .interrupted = true}};
    });
    CHECK(result.outcome.steps == 2);
  }
}
