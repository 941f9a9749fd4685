#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "providers/kubernetes/access/kube_access.h"

// POSIX has it, and no header of C++ does.
extern char** environ;  // NOLINT

namespace infra::kubernetes {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kPatience = 60s;  // a person may have to confirm something in a browser

std::optional<std::string> whole_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  if (!in || !(out << in.rdbuf())) return std::nullopt;
  return std::move(out).str();
}

Error no_run(std::string message) { return {.code = "E0632", .message = std::move(message)}; }

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> out;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view line = *at;
    const auto name = line.substr(0, line.find('='));
    const bool replaced =
        std::any_of(variables.begin(), variables.end(), [&](const auto& one) { return one.first == name; });
    if (!replaced) out.emplace_back(line);
  }
  for (const auto& [name, value] : variables) out.push_back(fmt::format("{}={}", name, value));
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// What comes out of the pipe, until it is closed. False: it took too long.
bool read_all(int from, std::string& into) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{.fd = from, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(left)) <= 0) continue;
    std::array<char, 4096> buffer{};
    const auto got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    into.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

// Its standard error goes to ours: that is where such programs ask for a code or a touch.
Result<std::string> run_program(const std::vector<std::string>& words,
                                const std::vector<std::pair<std::string, std::string>>& variables) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return no_run("can't be started: there are no more files");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  auto arguments = words;
  auto environment = environment_with(variables);
  pid_t pid = 0;
  const int failed =
      posix_spawnp(&pid, words[0].c_str(), &actions, nullptr, pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::string out;
  const bool ended = failed == 0 && read_all(ends[0], out);
  ::close(ends[0]);
  if (failed != 0) return no_run(fmt::format("can't be started: {}", std::strerror(failed)));
  if (!ended) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) return no_run(fmt::format("didn't end within {} s", kPatience.count() / 1000));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return out;
  return no_run(WIFEXITED(status) ? fmt::format("ended with code {}", WEXITSTATUS(status))
                                  : std::string("was ended by a signal"));
}

}  // namespace

Surroundings process_surroundings() {
  return {
      .variable = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
      },
      .file = whole_file,
      .run = run_program,
      .now = [] { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }};
}

}  // namespace infra::kubernetes
