#include "tests/watch/answer_at.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace infra {

Asked::Asked(const std::string& address, const std::string& request)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1))));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
  (void)::send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
}

Asked::~Asked() { ::close(fd_); }

std::string Asked::answer() const {
  std::string out, piece(4096, '\0');
  for (;;) {
    const auto got = ::recv(fd_, piece.data(), piece.size(), 0);
    if (got <= 0) return out;
    out.append(piece, 0, static_cast<std::size_t>(got));
  }
}

bool Asked::dropped() const {
  char one = 0;
  const auto got = ::recv(fd_, &one, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

std::string answer_at(const std::string& address, const std::string& request) {
  return Asked(address, request).answer();
}

}  // namespace infra
