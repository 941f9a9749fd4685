// Commands in containers. The API server speaks of them over upgraded connections (WebSocket, SPDY), which libcurl
// doesn't: kubectl does.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/net/base64.h"
#include "providers/kubernetes/live/kubernetes_live.h"
#include "providers/kubernetes/objects/object_json.h"

// POSIX has it, and no header of C++ does.
extern char** environ;  // NOLINT

namespace infra::kubernetes {

namespace {

std::vector<std::string> kubectl_exec(const Access& access, const ContainerId& id, const ExecRequest& request) {
  std::vector<std::string> out{"kubectl"};
  if (!access.context.empty()) out.push_back("--context=" + access.context);
  if (!access.as_user.empty()) out.push_back("--as=" + access.as_user);
  out.insert(out.end(), {"--namespace=" + id.space, "exec", "--container=" + id.container});
  if (request.input) out.emplace_back("--stdin");
  if (request.tty) out.emplace_back("--tty");
  out.insert(out.end(), {id.pod, "--"});
  out.insert(out.end(), request.command.begin(), request.command.end());
  return out;
}

// Of a cluster that no file of the user's tells kubectl about. It is in memory alone: no end of ours, however sudden,
// leaves a token behind on a disk.
class OwnKubeconfig {
 public:
  static Result<std::unique_ptr<OwnKubeconfig>> write(const Access& access) {
    const auto credential = access.credentials(false);
    if (!credential) return credential.error();
    const Json config{
        {"apiVersion", "v1"},
        {"kind", "Config"},
        {"current-context", "it"},
        {"contexts", Json::array({{{"name", "it"}, {"context", {{"cluster", "it"}, {"user", "it"}}}}})},
        {"clusters", Json::array({{{"name", "it"},
                                   {"cluster",
                                    {{"server", access.target.base},
                                     {"certificate-authority-data", net::base64(access.target.ca_pem)}}}}})},
        {"users", Json::array({{{"name", "it"}, {"user", {{"token", credential->token}}}}})}};
    auto out = std::unique_ptr<OwnKubeconfig>(new OwnKubeconfig(::memfd_create("kubeconfig", MFD_CLOEXEC)));
    const auto text = config.dump();
    if (out->file_ >= 0 && ::write(out->file_, text.data(), text.size()) == static_cast<ssize_t>(text.size()))
      return out;
    return Error{.code = "E0720",
                 .message = fmt::format("a kubeconfig for kubectl can't be written: {}", std::strerror(errno))};
  }
  ~OwnKubeconfig() {
    if (file_ >= 0) ::close(file_);
  }
  OwnKubeconfig(const OwnKubeconfig&) = delete;
  OwnKubeconfig& operator=(const OwnKubeconfig&) = delete;
  // Under its own number in the child, which opens it by that.
  void lend(posix_spawn_file_actions_t& actions) const { posix_spawn_file_actions_adddup2(&actions, file_, file_); }
  [[nodiscard]] std::string path() const { return fmt::format("/dev/fd/{}", file_); }

 private:
  explicit OwnKubeconfig(int file) : file_(file) {}
  int file_;
};

std::vector<std::string> environment_of(const std::string& kubeconfig) {
  std::vector<std::string> out;
  for (char** at = environ; *at != nullptr; ++at) {
    if (!std::string_view(*at).starts_with("KUBECONFIG=")) out.emplace_back(*at);
  }
  if (!kubeconfig.empty()) out.push_back("KUBECONFIG=" + kubeconfig);
  return out;
}

std::vector<char*> as_c(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() { static_cast<void>(::pipe2(ends.data(), O_CLOEXEC)); }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_write() {
    ::close(ends[1]);
    ends[1] = -1;
  }
};

// Gives on what comes out of both pipes, until both are closed.
void pass_on(const Pipe& out, const Pipe& err, const ExecStreams& streams, const Cancel& cancel, pid_t pid) {
  std::array<pollfd, 2> waiting{pollfd{.fd = out.ends[0], .events = POLLIN, .revents = 0},
                                pollfd{.fd = err.ends[0], .events = POLLIN, .revents = 0}};
  bool ended = false;
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    if (cancel.draining() && !ended) {
      ::kill(pid, SIGTERM);
      ended = true;
    }
    if (::poll(waiting.data(), waiting.size(), 100) < 0 && errno != EINTR) return;
    for (auto& one : waiting) {
      if (one.fd < 0 || one.revents == 0) continue;
      std::array<char, 16384> buffer{};
      const auto got = ::read(one.fd, buffer.data(), buffer.size());
      if (got > 0) {
        streams.take(&one == &waiting[1], {buffer.data(), static_cast<std::size_t>(got)});
      } else if (got == 0 || errno != EINTR) {
        one.fd = -1;
      }
    }
  }
}

}  // namespace

Result<int> KubernetesLive::exec(const LiveContainer& in, const ExecRequest& request, const ExecStreams& streams,
                                 const Cancel& cancel) {
  const auto& access = cluster_.client().access();
  auto words = kubectl_exec(access, ContainerId::parse(in.id), request);
  std::unique_ptr<OwnKubeconfig> own;
  if (access.needs_kubeconfig) {
    auto written = OwnKubeconfig::write(access);
    if (!written) return std::move(written).error();
    own = *std::move(written);
  }
  auto variables = environment_of(own ? own->path() : access.kubeconfig);
  Pipe out;
  Pipe err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (own) own->lend(actions);
  if (request.input && streams.input >= 0) {
    if (streams.input != STDIN_FILENO) posix_spawn_file_actions_adddup2(&actions, streams.input, STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  }
  // With a terminal kubectl has it to itself: it tells the container its size.
  if (!request.tty) {
    posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);
  }
  pid_t pid = 0;
  const int failed = ::posix_spawnp(&pid, "kubectl", &actions, nullptr, as_c(words).data(), as_c(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    return Error{.code = "E0720",
                 .message = fmt::format("commands in pods need the program kubectl, which can't be started: {}",
                                        std::strerror(failed)),
                 .help = "install it (Debian: apt install kubernetes-client); `infra logs` works without"};
  }
  out.close_write();
  err.close_write();
  pass_on(out, err, streams, cancel, pid);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace infra::kubernetes
