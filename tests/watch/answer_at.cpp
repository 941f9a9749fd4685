#include "tests/watch/answer_at.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace infra {

std::string answer_at(const std::string& address, const std::string& request) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1))));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
  (void)::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
  std::string out, piece(4096, '\0');
  for (;;) {
    const auto got = ::recv(fd, piece.data(), piece.size(), 0);
    if (got <= 0) break;
    out.append(piece, 0, static_cast<std::size_t>(got));
  }
  ::close(fd);
  return out;
}

}  // namespace infra
