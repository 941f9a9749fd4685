#include "providers/nodes/this_machine.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

namespace infra::nodes {

namespace {

// Who made the socket that answers there; 0: nobody, or in a machine of its own.
pid_t process_behind(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return 0;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int any = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (any < 0) return 0;
  ucred peer{};
  socklen_t size = sizeof peer;
  const bool known = connect(any, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                     getsockopt(any, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  close(any);
  return known ? peer.pid : 0;
}

std::string namespace_of(const std::string& process, const char* kind) {
  std::array<char, 128> target{};
  const auto size = readlink(fmt::format("/proc/{}/ns/{}", process, kind).c_str(), target.data(), target.size());
  return size > 0 ? std::string(target.data(), static_cast<std::size_t>(size)) : std::string();
}

bool shares(const Engine& engine, const char* kind) {
  const auto process = process_behind(engine.unix_socket());
  if (process <= 0) return false;
  const auto own = namespace_of("self", kind);
  return !own.empty() && namespace_of(std::to_string(process), kind) == own;
}

}  // namespace

bool shares_network(const Engine& engine) { return shares(engine, "net"); }
bool shares_files(const Engine& engine) { return shares(engine, "mnt"); }

}  // namespace infra::nodes
