// A way to an engine over SSH: OpenSSH's client, with its own configuration, keys and known hosts, passes on what comes
// to a socket in a private folder here. All calls go over one connection, which is opened by the first of them, and
// anew when it has broken off. Nothing is ever asked for: no password, and no unknown host's key is taken.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "providers/nodes/ssh/private_folder.h"
#include "providers/nodes/ssh/ssh_address.h"

namespace infra::nodes {

class SshTunnel {
 public:
  SshTunnel(std::string node, SshAddress address) : node_(std::move(node)), address_(std::move(address)) {}
  ~SshTunnel();
  SshTunnel(const SshTunnel&) = delete;
  SshTunnel& operator=(const SshTunnel&) = delete;

  // The socket here, once there is a connection. E0601, E0602 with what `ssh` says; then it isn't tried again for a
  // moment, so that a machine that is gone costs its timeout once.
  Result<std::string> socket();
  // Why a call that got through to `ssh` broke off, as far as that says so: the connection has ended, or the other side
  // couldn't open the engine's socket. May be empty.
  std::string fault();

 private:
  Result<std::string> open();
  Result<Ok> start();
  Result<Ok> wait_until_it_listens();
  [[nodiscard]] bool has_ended();
  void close();
  [[nodiscard]] std::string log() const;
  [[nodiscard]] Error refused(const std::string& words) const;

  const std::string node_;
  const SshAddress address_;
  std::mutex mutex_;
  PrivateFolder folder_;
  pid_t process_ = 0;   // of `ssh`; 0: none runs
  int its_input_ = -1;  // it ends when this does, and so with this process
  std::optional<Error> failure_;
  std::chrono::steady_clock::time_point failed_at_{};
};

}  // namespace infra::nodes
