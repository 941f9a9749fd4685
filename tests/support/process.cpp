#include "tests/support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace infra::testing {

namespace {

std::vector<char*> arguments(const std::vector<std::string>& command) {
  std::vector<char*> out;
  for (const auto& word : command) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

[[noreturn]] void become(std::vector<char*>& words, int in, int out) {
  dup2(in, 0);
  dup2(out, 1);
  dup2(out, 2);
  execvp(words[0], words.data());
  _exit(127);
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::string read_all(int from) {
  std::string out;
  char block[4096];
  for (ssize_t n = 0; (n = read(from, block, sizeof block)) > 0;) out.append(block, static_cast<std::size_t>(n));
  return out;
}

void write_all(int to, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto n = write(to, text.data() + done, text.size() - done);
    if (n <= 0) return;
    done += static_cast<std::size_t>(n);
  }
}

}  // namespace

RunResult run(const std::vector<std::string>& command, const std::string& input) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0) return {};
  if (pipe2(out, O_CLOEXEC) != 0) return {};
  auto words = arguments(command);
  const auto id = fork();
  if (id == 0) become(words, in[0], out[1]);
  close(in[0]);
  close(out[1]);
  write_all(in[1], input);
  close(in[1]);
  RunResult result{.output = read_all(out[0])};
  close(out[0]);
  int status = 0;
  if (id > 0 && waitpid(id, &status, 0) == id) result.code = exit_code(status);
  return result;
}

std::optional<Process> Process::start(const std::vector<std::string>& command, const std::string& log) {
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  auto words = arguments(command);
  const auto id = fork();
  if (id == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    // Not in the test's group: Ctrl-C in a terminal ends the test, and the test ends its daemons in order.
    setpgid(0, 0);
    become(words, in, out);
  }
  close(in);
  close(out);
  if (id < 0) return std::nullopt;
  Process process;
  process.id_ = id;
  return process;
}

Process::Process(Process&& other) noexcept : id_(std::exchange(other.id_, -1)) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    stop();
    id_ = std::exchange(other.id_, -1);
  }
  return *this;
}

Process::~Process() { stop(); }

bool Process::running() {
  if (id_ <= 0) return false;
  int status = 0;
  if (waitpid(id_, &status, WNOHANG) == 0) return true;
  id_ = -1;
  return false;
}

void Process::signal(int number) const {
  if (id_ > 0) kill(id_, number);
}

void Process::stop(std::chrono::milliseconds patience) {
  signal(SIGTERM);
  const auto until = std::chrono::steady_clock::now() + patience;
  while (running()) {
    if (std::chrono::steady_clock::now() > until) signal(SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace infra::testing
