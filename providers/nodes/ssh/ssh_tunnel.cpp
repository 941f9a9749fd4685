#include "providers/nodes/ssh/ssh_tunnel.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <fstream>
#include <thread>
#include <vector>

extern char** environ;  // NOLINT: of POSIX

namespace infra::nodes {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kSignInPatience{30};  // to sign in
constexpr std::chrono::seconds kTryAgainAfter{15};   // how long one that couldn't be opened isn't tried again
constexpr std::chrono::milliseconds kPause{20};
constexpr int kLastMoments = 10;  // pauses that a process takes to end after its connections have

std::string socket_in(const std::string& folder) { return folder + "/engine.sock"; }
std::string log_in(const std::string& folder) { return folder + "/ssh.log"; }

std::vector<std::string> command(const SshAddress& address, const std::string& folder) {
  std::vector<std::string> out{"ssh", "-T"};
  for (const auto* option : {"BatchMode=yes", "StrictHostKeyChecking=yes", "UpdateHostKeys=no", "ConnectTimeout=10",
                             "ServerAliveInterval=15", "ServerAliveCountMax=3", "ControlMaster=no", "ControlPath=none",
                             "ExitOnForwardFailure=yes", "StreamLocalBindMask=0177", "ForwardAgent=no", "ForwardX11=no",
                             "RemoteCommand=none"}) {
    out.insert(out.end(), {"-o", option});
  }
  if (address.port != 0) out.insert(out.end(), {"-p", std::to_string(address.port)});
  if (!address.user.empty()) out.insert(out.end(), {"-l", address.user});
  out.insert(out.end(), {"-L", socket_in(folder) + ":" + address.socket, "--", address.host});
  out.emplace_back("exec cat > /dev/null");  // lasts as long as its input: as this process
  return out;
}

bool listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const bool up = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;  // NOLINT: of POSIX
  ::close(fd);
  return up;
}

// In a process group of its own: a Ctrl-C is for this process, which ends what it has begun.
int spawn(pid_t& process, int input, int log, std::vector<std::string>& words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, log, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);  // sockets and locks of this process
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) sigaddset(&usual, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int failed = ::posix_spawnp(&process, words[0].c_str(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failed;
}

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of(" \r\n");
  if (end == std::string::npos) return {};
  const auto begin = text.find_last_of('\n', end);
  auto out =
      text.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? 0 : begin + 1) + 1);
  while (!out.empty() && out.back() == '\r') out.pop_back();
  return out;
}

bool says(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

}  // namespace

SshTunnel::~SshTunnel() { close(); }

Result<std::string> SshTunnel::socket() {
  const std::lock_guard lock(mutex_);
  if (process_ != 0 && !has_ended()) return socket_in(folder_.path());
  if (failure_ && Clock::now() - failed_at_ < kTryAgainAfter) return *failure_;
  close();
  auto opened = open();
  failure_ = opened ? std::nullopt : std::optional(opened.error());
  failed_at_ = Clock::now();
  if (!opened) close();
  return opened;
}

std::string SshTunnel::fault() {
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < kLastMoments && !has_ended(); ++i) {
    if (says(last_line(log()), "open failed: ")) return fmt::format("{} can't be opened there", address_.socket);
    std::this_thread::sleep_for(kPause);
  }
  if (!has_ended()) return {};
  const auto line = last_line(log());
  return "the connection has ended" + (line.empty() ? "" : ": " + line);
}

Result<std::string> SshTunnel::open() {
  if (auto started = start(); !started) return std::move(started).error();
  if (auto up = wait_until_it_listens(); !up) return std::move(up).error();
  return socket_in(folder_.path());
}

Result<Ok> SshTunnel::start() {
  const auto here = [&](const char* what) {
    return Error{.code = "E0601",
                 .message = fmt::format("no connection to {} (node `{}`): {}: {}", address_.text(), node_, what,
                                        std::strerror(errno)),
                 .help = "free space or files on this machine"};
  };
  folder_ = PrivateFolder::make();
  if (!folder_.there()) return here("no private folder can be made");
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return here("no pipe can be made");
  its_input_ = ends[1];
  const int words_go = ::open(log_in(folder_.path()).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  auto words = command(address_, folder_.path());
  const int failed = words_go < 0 ? errno : spawn(process_, ends[0], words_go, words);
  ::close(ends[0]);
  if (words_go >= 0) ::close(words_go);
  if (failed == 0) return Ok{};
  process_ = 0;
  errno = failed;
  if (failed != ENOENT) return here("ssh can't be started");
  return Error{.code = "E0601",
               .message = fmt::format("no connection to {} (node `{}`): this machine has no program `ssh`",
                                      address_.text(), node_),
               .help = "install it: apt-get install openssh-client"};
}

Result<Ok> SshTunnel::wait_until_it_listens() {
  const auto until = Clock::now() + kSignInPatience;
  for (;;) {
    if (has_ended()) return refused(log());
    if (listens(socket_in(folder_.path()))) return Ok{};
    if (Clock::now() >= until)
      return refused(fmt::format("it didn't let sign in within {} s", kSignInPatience.count()));
    std::this_thread::sleep_for(kPause);
  }
}

bool SshTunnel::has_ended() {
  if (process_ == 0) return true;
  const auto ended = ::waitpid(process_, nullptr, WNOHANG);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return false;
  process_ = 0;
  return true;
}

void SshTunnel::close() {
  if (its_input_ >= 0) ::close(its_input_);
  its_input_ = -1;
  if (process_ != 0) {
    ::kill(process_, SIGTERM);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
  }
  folder_.remove();
}

std::string SshTunnel::log() const {
  if (!folder_.there()) return {};
  std::ifstream in(log_in(folder_.path()));
  return {std::istreambuf_iterator<char>(in), {}};
}

Error SshTunnel::refused(const std::string& words) const {
  Error out{.code = "E0601",
            .message = fmt::format("no connection to {} (node `{}`): {}", address_.text(), node_,
                                   last_line(words).empty() ? "ssh ended without a word" : last_line(words)),
            .help = fmt::format("see whether this works: ssh {} true", address_.as_arguments())};
  if (says(words, "REMOTE HOST IDENTIFICATION HAS CHANGED")) {
    out.message =
        fmt::format("{} (node `{}`) shows another host key than the one that is known", address_.text(), node_);
    out.help = fmt::format(
        "find out why before anything else: it may be another machine. If its key was changed on purpose, "
        "ssh-keygen -R '{}' forgets the old one",
        address_.in_known_hosts());
  } else if (says(words, "Host key verification failed")) {
    out.message = fmt::format("the host key of {} (node `{}`) isn't known, and infra takes none by itself",
                              address_.text(), node_);
    out.help =
        fmt::format("sign in once by hand, and compare the key before you accept it: ssh {}", address_.as_arguments());
  } else if (says(words, "Permission denied")) {
    out.code = "E0602";
    out.message = fmt::format("{} (node `{}`) doesn't let sign in: {}", address_.text(), node_, last_line(words));
    out.help = fmt::format(
        "put your key there (ssh-copy-id {}), and load it if it has a passphrase (ssh-add): infra asks for none",
        address_.as_arguments());
  }
  return out;
}

}  // namespace infra::nodes
