#include "cli/terminal/signals.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>

#include "cli/exit_code.h"

namespace infra::cli {
namespace {

// A signal handler can be given nothing, so this is the one thing in the program that is not passed as an argument.
std::atomic<Cancel*> g_cancel{nullptr};
std::atomic<bool> g_announce{false};
static_assert(std::atomic<Cancel*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

constexpr unsigned kGraceSeconds = 2;

// Only what is allowed in a signal handler: write(2), alarm(2), lock-free atomics, _exit(2).
void say(std::string_view text) {
  const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(written);  // there is nobody left to tell
}

void on_stop(int) {
  const int error = errno;
  auto* cancel = g_cancel.load();
  if (cancel == nullptr) return;
  const bool first = !cancel->draining();
  cancel->raise();
  if (!first) ::alarm(kGraceSeconds);
  if (g_announce.load()) {
    say(first ? "\ninfra: stopping after what has begun; again to abort\n" : "\ninfra: aborting\n");
  }
  errno = error;
}

std::atomic<bool> g_reader_gone{false};
std::atomic<bool> g_reader_drains{false};

void on_pipe(int) {
  const int error = errno;
  if (!g_reader_gone.exchange(true)) {
    auto* cancel = g_cancel.load();
    const bool drains = g_reader_drains.load() && cancel != nullptr;
    if (drains && !cancel->draining()) cancel->raise();
    say(drains ? "infra: the reader of the output has gone away: stopping after what has begun\n"
               : "infra: the reader of the output has gone away; the run goes on to its end, and is recorded\n");
  }
  errno = error;
}

void on_alarm(int) {
  // The cursor may be hidden by a display that no longer gets to show it.
  if (::isatty(STDOUT_FILENO) == 1) static_cast<void>(::write(STDOUT_FILENO, "\x1b[?25h", 6) < 0);
  say("\ninfra: gave up waiting; the next run finds out what became of the changes that had begun\n");
  ::_exit(kInterrupted);
}

void handle(int signal, void (*handler)(int), struct sigaction& old) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  // One after the other: else each could take itself for the first.
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  action.sa_flags = SA_RESTART;  // providers needn't know that a signal came
  ::sigaction(signal, &action, &old);
}

}  // namespace

SignalGuard::SignalGuard(Cancel& cancel, bool announce) {
  g_announce.store(announce);
  g_cancel.store(&cancel);
  handle(SIGALRM, on_alarm, old_alarm_);
  handle(SIGINT, on_stop, old_interrupt_);
  handle(SIGTERM, on_stop, old_terminate_);
}

SignalGuard::~SignalGuard() {
  ::sigaction(SIGTERM, &old_terminate_, nullptr);
  ::sigaction(SIGINT, &old_interrupt_, nullptr);
  ::alarm(0);
  ::sigaction(SIGALRM, &old_alarm_, nullptr);
  g_cancel.store(nullptr);
}

// A handler rather than SIG_IGN, which the programs that are started would inherit.
void outlive_reader(bool drain) {
  g_reader_drains.store(drain);
  struct sigaction action {};
  action.sa_handler = on_pipe;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGPIPE, &action, nullptr);
}

bool reader_is_gone() { return g_reader_gone.load(); }

}  // namespace infra::cli
