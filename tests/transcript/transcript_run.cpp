#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <sstream>
#include <stdexcept>

#include "tests/transcript/transcript.h"

namespace infra::transcript {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::minutes(2);
constexpr int kTimedOut = 124;

// In the child: never returns.
[[noreturn]] void become_shell(const std::string& script, const std::string& folder,
                               const std::map<std::string, std::string>& environment, int output) {
  setpgid(0, 0);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (chdir(folder.c_str()) != 0) _exit(126);
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  std::vector<char*> pointers;
  for (auto& variable : variables) pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  const char* const arguments[] = {"bash", "-o", "pipefail", "-c", script.c_str(), nullptr};
  execve("/bin/bash", const_cast<char* const*>(arguments), pointers.data());
  _exit(127);
}

// Everything up to the end of the output; false if that takes too long.
bool read_all(int from, std::string& into) {
  const auto end = Clock::now() + kPatience;
  std::array<char, 4096> part{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd wait{.fd = from, .events = POLLIN, .revents = 0};
    if (left <= 0 || poll(&wait, 1, static_cast<int>(left)) == 0) return false;
    const ssize_t n = ::read(from, part.data(), part.size());
    if (n <= 0) return true;
    into.append(part.data(), static_cast<std::size_t>(n));
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    while (line.ends_with('\r') || line.ends_with(' ')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

Outcome run(const std::string& script, const std::string& folder,
            const std::map<std::string, std::string>& environment) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("can't make a pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("can't fork");
  if (child == 0) become_shell(script, folder, environment, ends[1]);
  close(ends[1]);
  std::string text;
  const bool in_time = read_all(ends[0], text);
  close(ends[0]);
  if (!in_time) kill(-child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  return {.lines = lines_of(text), .exit_code = in_time ? exit_code_of(status) : kTimedOut};
}

}  // namespace infra::transcript
