#include "tests/support/listening_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace infra::testing {

namespace {

// To its end: what a server leaves unread costs its guest the answer.
void read_body(int guest, const std::string& request) {
  const auto end = request.find("\r\n\r\n") + 4;
  auto have = request.substr(std::min(end, request.size()));
  const auto length = request.find("Content-Length: ");
  const bool chunked = request.find("Transfer-Encoding: chunked") != std::string::npos;
  const std::size_t wanted = length != std::string::npos && length < end ? std::stoul(request.substr(length + 16)) : 0;
  char buffer[4096];
  while (chunked ? have.find("0\r\n\r\n") == std::string::npos : have.size() < wanted) {
    const auto n = ::read(guest, buffer, sizeof buffer);
    if (n <= 0) return;
    have.append(buffer, static_cast<std::size_t>(n));
  }
}

}  // namespace

ListeningServer::ListeningServer(Answer answer)
    : answer_(std::move(answer)), door_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_ANY);
  socklen_t size = sizeof here;
  if (::bind(door_, reinterpret_cast<const sockaddr*>(&here), size) != 0 || ::listen(door_, 16) != 0 ||
      ::getsockname(door_, reinterpret_cast<sockaddr*>(&here), &size) != 0 || ::pipe(stop_) != 0) {
    throw std::runtime_error("no server can be made here");
  }
  port_ = ntohs(here.sin_port);
  thread_ = std::jthread([this] { serve(); });
}

ListeningServer::~ListeningServer() {
  ::close(stop_[1]);
  thread_.join();
  ::close(stop_[0]);
  ::close(door_);
}

void ListeningServer::serve() {
  for (;;) {
    pollfd waiting[2] = {{.fd = door_, .events = POLLIN, .revents = 0},
                         {.fd = stop_[0], .events = POLLIN, .revents = 0}};
    if (::poll(waiting, 2, -1) < 0) continue;
    if (waiting[1].revents != 0) return;
    const int guest = ::accept(door_, nullptr, nullptr);
    if (guest >= 0) serve_one(guest);
  }
}

// One request for each connection; a guest that says nothing is left after a while.
void ListeningServer::serve_one(int guest) {
  timeval patience{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(guest, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string head;
  char buffer[4096];
  while (head.find("\r\n\r\n") == std::string::npos) {
    const auto n = ::read(guest, buffer, sizeof buffer);
    if (n <= 0) break;
    head.append(buffer, static_cast<std::size_t>(n));
  }
  if (!head.empty()) {
    read_body(guest, head);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(head);
    }
    const auto text = answer_(head);
    std::size_t sent = 0;
    while (sent < text.size()) {
      const auto n = ::send(guest, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
  }
  ::close(guest);
}

std::vector<std::string> ListeningServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t ListeningServer::with_header(const std::string& name) const {
  const auto all = requests();
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const auto& head) { return head.find("\r\n" + name + ": ") != std::string::npos; }));
}

std::string ListeningServer::response(int status, const std::string& headers, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) + " Answer\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace infra::testing
