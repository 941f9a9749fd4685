#include "git/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace infra {
namespace {

using Clock = std::chrono::steady_clock;

Error no_child(std::string_view what) {
  return {.code = "E0813",
          .message = fmt::format("no process could be started for fetching: {}: {}", what, std::strerror(errno)),
          .help = "free memory and processes of this machine (ulimit -u, ulimit -n)"};
}

Error cut_short(std::string message, std::string help = {}) {
  return {.code = "E0811", .message = std::move(message), .help = std::move(help)};
}

class Pipe {
 public:
  Pipe() { opened_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] bool opened() const { return opened_; }
  [[nodiscard]] int end(std::size_t which) const { return ends_.at(which); }
  void close_end(std::size_t which) {
    if (ends_.at(which) >= 0) ::close(ends_.at(which));
    ends_.at(which) = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool opened_ = false;
};

// Killed and waited for when it leaves scope: no path leaves a child behind.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
};

[[noreturn]] void be_child(const std::function<std::string()>& work, int out, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(EXIT_FAILURE);  // it died before the line above
  // A Ctrl-C goes to the whole foreground group; the parent decides what it means.
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_IGN);
  const std::string answer = work();
  std::string_view left = answer;
  while (!left.empty()) {
    const ssize_t n = ::write(out, left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) ::_exit(EXIT_FAILURE);
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  ::_exit(EXIT_SUCCESS);  // not exit(): the parent's buffers and stores aren't the child's to flush
}

// Reads to the end of the stream, looking up ten times a second.
Result<std::string> read_answer(int from, Clock::time_point until, const Cancel& cancel) {
  std::string answer;
  std::array<char, 4096> buffer{};
  while (true) {
    if (cancel.draining()) return cut_short("fetching was stopped");
    if (Clock::now() >= until) {
      return cut_short("fetching took too long and was stopped",
                       "check the network and the repository's host; it is tried again later");
    }
    pollfd waiting{.fd = from, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, 50);
    if (ready <= 0) continue;
    const ssize_t n = ::read(from, buffer.data(), buffer.size());
    if (n == 0) return answer;
    if (n > 0) answer.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace

Result<std::string> run_in_child(const std::function<std::string()>& work, std::chrono::milliseconds deadline,
                                 const Cancel& cancel) {
  Pipe pipe;
  if (!pipe.opened()) return no_child("pipe");
  const pid_t self = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return no_child("fork");
  if (pid == 0) be_child(work, pipe.end(1), self);
  Child child(pid);
  pipe.close_end(1);
  auto answer = read_answer(pipe.end(0), Clock::now() + deadline, cancel);
  if (!answer) return answer;
  const int status = child.wait();
  if (WIFSIGNALED(status)) {
    return cut_short(fmt::format("the process that fetches died of signal {}", WTERMSIG(status)),
                     "if it was killed for want of memory, give this machine more");
  }
  if (WEXITSTATUS(status) != 0) return cut_short("the process that fetches ended without an answer");
  return answer;
}

}  // namespace infra
