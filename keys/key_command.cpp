#include "keys/key_command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <vector>

#include "base/secrets/box.h"
#include "keys/key_file.h"

namespace infra {
namespace {

using Clock = std::chrono::steady_clock;

Error failed(std::string message, std::string help) {
  return {
      .code = "E0521", .message = "INFRA_KEY_COMMAND: " + std::move(message), .help = std::move(help), .context = {}};
}

Result<std::vector<std::string>> words_of(const std::string& command) {
  wordexp_t found{};
  const int fault = ::wordexp(command.c_str(), &found, WRDE_NOCMD | WRDE_UNDEF);
  std::vector<std::string> words;
  if (fault == 0) words.assign(found.we_wordv, found.we_wordv + found.we_wordc);
  if (fault == 0 || fault == WRDE_NOSPACE) ::wordfree(&found);
  if (fault == WRDE_BADVAL) return failed("it names a variable that isn't set", "set it, or quote the $ with '…'");
  if (fault != 0) {
    return failed("it can't be split into words",
                  "it is one program with its arguments, and no shell reads it: for pipes, redirections and $(…) write "
                  "sh -c '…'");
  }
  if (words.empty()) return failed("it is empty", "write a program that prints the key");
  return words;
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

// Killed and waited for when it leaves scope.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // nullopt: it runs.
  std::optional<int> ended() {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
};

// In our process group: a program that asks for a passphrase may use the terminal.
Result<pid_t> start(const std::vector<std::string>& words, const Pipe& out, const Pipe& err) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.end(1), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err.end(1), STDERR_FILENO);
  pid_t pid = 0;
  const int fault = ::posix_spawnp(&pid, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (fault == 0) return pid;
  return failed(fmt::format("{} can't be started: {}", words[0], std::strerror(fault)), "install it, or give its path");
}

// A line of somebody else's, in which a key may stand.
std::string without_keys(std::string_view line) {
  constexpr std::string_view kParts = " \t\"',:;";
  std::string out;
  while (!line.empty()) {
    const auto word = line.substr(0, line.find_first_of(kParts));
    // "key=…", and base64 that ends in '='.
    const auto sign = word.find('=');
    const bool named = sign != std::string_view::npos && BoxKey::parse(word.substr(sign + 1)).has_value();
    out += BoxKey::parse(word) ? "***" : named ? std::string(word.substr(0, sign + 1)) + "***" : std::string(word);
    line.remove_prefix(word.size());
    if (!line.empty()) out += line.front(), line.remove_prefix(1);
  }
  return out;
}

class Output {
 public:
  explicit Output(const std::function<void(const std::string&)>& tell) : tell_(tell) {}
  ~Output() { wipe(key_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void take(bool error, std::string_view part) {
    if (!error) {
      key_ += part;
      return;
    }
    line_ += part;
    for (auto end = line_.find('\n'); end != std::string::npos; end = line_.find('\n')) {
      tell_(without_keys(std::string_view(line_).substr(0, end)));
      line_.erase(0, end + 1);
    }
  }
  void end() {
    if (!line_.empty()) tell_(without_keys(line_));
    line_.clear();
  }
  [[nodiscard]] bool too_much() const { return key_.size() > kLongestKey; }
  [[nodiscard]] const std::string& key() const { return key_; }

 private:
  const std::function<void(const std::string&)>& tell_;
  std::string key_, line_;
};

// Until it has ended and said everything; a process that it left behind with its output open isn't waited for.
Result<int> attend(Child& child, Pipe& out, Pipe& err, Output& output, Clock::time_point until) {
  std::array<char, 4096> buffer{};
  std::optional<int> status;
  while (true) {
    std::array<pollfd, 2> ends{
        {{.fd = out.end(0), .events = POLLIN, .revents = 0}, {.fd = err.end(0), .events = POLLIN, .revents = 0}}};
    const int ready = ::poll(ends.data(), ends.size(), status ? 0 : 20);
    for (auto& end : ends) {
      if ((end.revents & (POLLIN | POLLHUP)) == 0) continue;
      const auto n = ::read(end.fd, buffer.data(), buffer.size());
      if (n > 0) output.take(end.fd == err.end(0), {buffer.data(), static_cast<std::size_t>(n)});
      if (n == 0) (end.fd == err.end(0) ? err : out).close_end(0);
    }
    if (output.too_much()) return failed("it prints far more than a key", "check the command: run it yourself");
    if (status && (ready <= 0 || (out.end(0) < 0 && err.end(0) < 0))) return *status;
    if (!status) status = child.ended();
    if (!status && Clock::now() >= until) {
      return failed("it took too long and was stopped", "run it yourself to see what it waits for; it gets no input");
    }
  }
}

}  // namespace

Result<std::string> run_key_command(const std::string& command, std::chrono::milliseconds deadline,
                                    const std::function<void(const std::string&)>& tell) {
  const auto words = words_of(command);
  if (!words) return words.error();
  Pipe out;
  Pipe err;
  if (!out.opened() || !err.opened()) return failed(std::strerror(errno), "free resources of this machine");
  const auto pid = start(*words, out, err);
  if (!pid) return pid.error();
  Child child(*pid);
  out.close_end(1);
  err.close_end(1);
  Output output(tell);
  const auto status = attend(child, out, err, output, Clock::now() + deadline);
  output.end();
  if (!status) return status.error();
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return output.key();
  const auto how = WIFEXITED(*status) ? fmt::format("failed with exit code {}", WEXITSTATUS(*status))
                                      : fmt::format("died of signal {}", WTERMSIG(*status));
  return failed(fmt::format("{} {}", (*words)[0], how), "run it yourself to see why");
}

}  // namespace infra
