#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "tests/support/listening_server.h"
#include "tests/watch/answer_at.h"
#include "tests/watch/watched_repository.h"

using namespace infra;
using namespace std::chrono_literals;

namespace {

// `infra watch` as a process of its own, its output in a file.
class Program {
 public:
  Program(const Watched& watched, std::string output, std::vector<std::string> more = {}) : output_(std::move(output)) {
    std::vector<std::string> words{
        INFRA_BINARY_DIR "/infra",       "watch", watched.repository.url(), "--path", "deploy", "--state",
        watched.folder / "home/state.db"};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, output_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    const int failed = ::posix_spawn(&pid_, arguments[0], &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    REQUIRE(failed == 0);
  }
  ~Program() {
    if (pid_ > 0) end(SIGKILL);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Its exit code, or minus the signal that ended it.
  int end(int signal) {
    if (signal != 0) ::kill(pid_, signal);
    int status = 0;
    REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    pid_ = -1;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  [[nodiscard]] std::string output() const { return read_file(output_); }

 private:
  std::string output_;
  pid_t pid_ = -1;
};

// "127.0.0.1:41234" of the line that says where they are.
std::string metrics_address(const std::string& output) {
  const auto from = output.find("metrics: http://") + std::string("metrics: http://").size();
  return output.substr(from, output.find("/metrics", from) - from);
}

}  // namespace

TEST_CASE("on SIGTERM `infra watch` ends with 0, between passes and in the middle of one") {
  Watched watched;
  watched.push({.copies = 3, .simulator = "delay = 100ms"}, "first");
  Program program(watched, watched.folder / "out", {"--interval", "200ms", "--parallelism", "1", "--json"});
  SECTION("between passes") {
    REQUIRE(watched.until([&] { return program.output().find("\"in_step\"") != std::string::npos; }));
  }
  SECTION("in the middle") {
    REQUIRE(watched.until([&] { return watched.containers().size() == 1; }));
  }
  CHECK(program.end(SIGTERM) == 0);
  INFO(program.output());
  CHECK(program.output().ends_with("\"event\":\"stopped\"}\n"));
  CHECK(watched.state().intents.empty());
  CHECK(watched.recorded() == watched.containers().size());
}

TEST_CASE("given a module on a host that never answers, SIGTERM is obeyed at once") {
  Watched watched;
  const testing::ListeningServer silent([](const std::string&) -> std::string {
    std::this_thread::sleep_for(4s);
    return {};
  });
  const auto module =
      fmt::format("module m {{ from = \"git::http://{}/x?ref={}\" }}\n", silent.here(), std::string(40, 'a'));
  watched.push({.extra = module}, "first");
  Program program(watched, watched.folder / "out");
  REQUIRE(watched.until([&] { return !silent.requests().empty(); }));
  const auto begin = std::chrono::steady_clock::now();
  CHECK(program.end(SIGTERM) == 0);
  CHECK(std::chrono::steady_clock::now() - begin < 2s);
}

TEST_CASE("a watch that is killed in the middle of an apply is continued by the next, without orphan or duplicate") {
  Watched watched;
  watched.push({.copies = 5, .simulator = "delay = 60ms"}, "first");
  for (const std::size_t reached : {1U, 2U, 3U}) {
    Program program(watched, watched.folder / "out", {"--interval", "200ms", "--parallelism", "2"});
    REQUIRE(watched.until([&] { return watched.containers().size() >= reached; }));
    CHECK(program.end(SIGKILL) == -SIGKILL);
  }
  Program program(watched, watched.folder / "out", {"--once"});
  INFO(program.output());
  CHECK(program.end(0) == 0);
  CHECK(watched.containers().size() == 5);
  CHECK(watched.state().intents.empty());
  CHECK(watched.recorded() == 5);
}

TEST_CASE("a second watch of one stack is refused by name") {
  Watched watched;
  watched.push({}, "first");
  Program first(watched, watched.folder / "out", {"--interval", "200ms"});
  REQUIRE(watched.until([&] { return watched.containers().size() == 2; }));
  Program second(watched, watched.folder / "out2", {});
  CHECK(second.end(0) == 1);
  CHECK(second.output().find("error[E0807]") != std::string::npos);
  CHECK(first.end(SIGINT) == 0);
}

TEST_CASE("--once says by its exit code whether the commit could be applied") {
  Watched watched;
  watched.push({}, "first");
  CHECK(Program(watched, watched.folder / "out", {"--once"}).end(0) == 0);
  watched.push({.extra = "nonsense"}, "second");
  CHECK(Program(watched, watched.folder / "out", {"--once"}).end(0) == 1);
}

TEST_CASE("--metrics serves what the last pass found, and a loop without its port doesn't begin") {
  Watched watched;
  watched.push({}, "first");
  Program program(watched, watched.folder / "out", {"--interval", "200ms", "--metrics", "127.0.0.1:0"});
  const auto shown = [&] { return answer_at(metrics_address(program.output()), "GET /metrics HTTP/1.1\r\n\r\n"); };
  REQUIRE(watched.until([&] { return program.output().find("metrics: http://") != std::string::npos; }));
  CHECK(watched.until([&] {
    return shown().find(R"(infra_service_tasks{service="service.web",health="healthy"} 2)") != std::string::npos;
  }));
  CHECK(shown().find(R"(infra_service_tasks_wanted{service="service.web"} 2)") != std::string::npos);
  CHECK(shown().find(R"(infra_watch_passes_total{result="applied"} 1)") != std::string::npos);

  Program second(watched, watched.folder / "out2", {"--metrics", metrics_address(program.output())});
  CHECK(second.end(0) == 1);
  CHECK(second.output().find("error[E0818]") != std::string::npos);
  CHECK(program.end(SIGTERM) == 0);
}
