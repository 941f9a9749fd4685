#include "git/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <new>
#include <utility>

namespace infra {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kOutOfMemory = 77;

Error no_child(std::string_view what) {
  return {.code = "E0813",
          .message = fmt::format("no process could be started: {}: {}", what, std::strerror(errno)),
          .help = "free memory and processes of this machine (ulimit -u, ulimit -n)"};
}

Error cut_short(std::string message, std::string help = {}) {
  return {.code = "E0811", .message = std::move(message), .help = std::move(help)};
}

// Bytes of data that this process has now: the sixth number of statm, in pages.
std::size_t data_of_this_process() {
  std::ifstream statm("/proc/self/statm");
  std::size_t pages = 0;
  for (int i = 0; i < 6; ++i) statm >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// Sanitizers map more than there is; with them there is no limit.
constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#else
    false;
#endif

void limit(std::size_t memory) {
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};  // its memory may hold secrets
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (memory == 0 || kSanitized) return;
  const rlimit most{.rlim_cur = data_of_this_process() + memory, .rlim_max = data_of_this_process() + memory};
  ::setrlimit(RLIMIT_DATA, &most);
}

bool write_all(int out, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(out, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

[[noreturn]] void be_child(const std::function<void(const ChildProcess::Write&)>& work, int out, pid_t parent,
                           std::size_t memory) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(EXIT_FAILURE);  // it died before the line above
  for (const int signal : {SIGINT, SIGTERM}) ::signal(signal, SIG_IGN);
  // The parent says what became of it; a report of a bug in between would be noise.
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) ::signal(signal, SIG_DFL);
  std::set_terminate([] { std::abort(); });
  limit(memory);
  bool heard = true;
  try {
    work([&](std::string_view text) { return heard = heard && write_all(out, text); });
  } catch (const std::bad_alloc&) {
    ::_exit(kOutOfMemory);
  }
  ::_exit(heard ? EXIT_SUCCESS
                : EXIT_FAILURE);  // not exit(): the parent's buffers and stores aren't the child's to flush
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::function<void(const Write&)>& work, std::size_t memory) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return no_child("pipe");
  const pid_t self = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    be_child(work, ends[1], self, memory);
  }
  ::close(ends[1]);
  if (pid < 0) {
    ::close(ends[0]);
    return no_child("fork");
  }
  return ChildProcess(pid, ends[0]);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), from_(std::exchange(other.from_, -1)) {}

ChildProcess::~ChildProcess() {
  if (from_ >= 0) ::close(from_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

ChildProcess::Got ChildProcess::read(std::string& into, std::chrono::milliseconds wait) {
  std::array<char, 16384> buffer{};
  pollfd waiting{.fd = from_, .events = POLLIN, .revents = 0};
  if (::poll(&waiting, 1, static_cast<int>(wait.count())) <= 0) return Got::nothing;
  const ssize_t n = ::read(from_, buffer.data(), buffer.size());
  if (n == 0) return Got::end;
  if (n < 0) return Got::nothing;
  into.append(buffer.data(), static_cast<std::size_t>(n));
  return Got::data;
}

std::optional<std::string> ChildProcess::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFSIGNALED(status)) return fmt::format("died of signal {}", WTERMSIG(status));
  if (WEXITSTATUS(status) == kOutOfMemory) return "ran out of memory";
  if (WEXITSTATUS(status) != EXIT_SUCCESS) return "ended without an answer";
  return std::nullopt;
}

Result<std::string> run_in_child(const std::function<std::string()>& work, std::chrono::milliseconds deadline,
                                 const Cancel& cancel, std::size_t memory) {
  constexpr auto kLookUp = std::chrono::milliseconds(50);
  const auto until = Clock::now() + deadline;
  auto child = ChildProcess::start([&](const ChildProcess::Write& write) { write(work()); }, memory);
  if (!child) return std::move(child).error();
  std::string answer;
  for (auto got = ChildProcess::Got::nothing; got != ChildProcess::Got::end; got = child->read(answer, kLookUp)) {
    if (cancel.draining()) return cut_short("fetching was stopped");
    if (Clock::now() >= until) {
      return cut_short("fetching took too long and was stopped",
                       "check the network and the repository's host; it is tried again later");
    }
  }
  if (const auto died = child->wait()) {
    return cut_short(fmt::format("the process that fetches {}", *died),
                     "if it was killed for want of memory, give this machine more");
  }
  return answer;
}

}  // namespace infra
