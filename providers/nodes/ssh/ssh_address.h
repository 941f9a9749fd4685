// "ssh://deploy@10.0.0.5", "ssh://deploy@node.example:2222/run/user/1000/docker.sock": an engine's socket on a machine
// that one signs in to.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace infra::nodes {

struct SshAddress {
  std::string user;                                  // empty: as OpenSSH's configuration says
  std::string host;                                  // a name, an address, or what the configuration calls it
  int port = 0;                                      // 0: as the configuration says
  std::string socket = "/var/run/docker.sock";       // there
  [[nodiscard]] std::string text() const;            // "deploy@10.0.0.5:2222"
  [[nodiscard]] std::string as_arguments() const;    // of ssh: "-p 2222 deploy@10.0.0.5"
  [[nodiscard]] std::string in_known_hosts() const;  // "[10.0.0.5]:2222"
};

// nullopt: it isn't one. A host or user that begins with a dash would be an option of `ssh`.
std::optional<SshAddress> parse_ssh_address(std::string_view text);

}  // namespace infra::nodes
