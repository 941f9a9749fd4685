#include "tests/support/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace infra::testing {

namespace {

// Reads requests of one connection.
class Wire {
 public:
  explicit Wire(int fd) : fd_(fd) {}

  std::optional<HttpAsked> request() {
    HttpAsked out;
    auto first = line();
    if (!first) return {};
    const auto space = first->find(' ');
    out.method = first->substr(0, space);
    out.path = first->substr(space + 1, first->rfind(' ') - space - 1);
    for (;;) {
      auto header = line();
      if (!header) return {};
      if (header->empty()) break;
      const auto colon = header->find(':');
      auto name = header->substr(0, colon);
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      const auto value = header->find_first_not_of(' ', colon + 1);
      out.headers[name] = value == std::string::npos ? "" : header->substr(value);
    }
    if (out.headers["transfer-encoding"] == "chunked") return chunked(std::move(out));
    if (const auto length = out.headers.find("content-length"); length != out.headers.end()) {
      if (!take(std::stoul(length->second), out.body)) return {};
    }
    return out;
  }

  bool send(std::string_view text) const {
    while (!text.empty()) {
      const auto sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

 private:
  std::optional<HttpAsked> chunked(HttpAsked out) {
    for (;;) {
      const auto size = line();
      if (!size) return {};
      const auto bytes = std::stoul(*size, nullptr, 16);
      std::string ignored;
      if (!take(bytes, bytes < 1'000'000 ? out.body : ignored) || !line()) return {};
      if (bytes == 0) return out;
    }
  }

  bool fill() {
    char buffer[65536];
    const auto got = ::recv(fd_, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    rest_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  std::optional<std::string> line() {
    for (auto end = rest_.find("\r\n");; end = rest_.find("\r\n")) {
      if (end != std::string::npos) {
        auto out = rest_.substr(0, end);
        rest_.erase(0, end + 2);
        return out;
      }
      if (!fill()) return {};
    }
  }
  bool take(std::size_t size, std::string& into) {
    while (rest_.size() < size) {
      if (!fill()) return false;
    }
    into.append(rest_, 0, size);
    rest_.erase(0, size);
    return true;
  }

  int fd_;
  std::string rest_;
};

// false: the connection is over.
bool answer(const Wire& wire, const HttpAnswer& answer, bool head) {
  std::string out = fmt::format("HTTP/1.1 {} Whatever\r\n", answer.status);
  for (const auto& header : answer.headers) out += header + "\r\n";
  const bool bodiless = answer.status == 204 || answer.status == 304;
  if (answer.more && !head) {
    if (!wire.send(out + "Transfer-Encoding: chunked\r\n\r\n")) return false;
    for (auto piece = answer.more(); !piece.empty(); piece = answer.more()) {
      if (!wire.send(fmt::format("{:x}\r\n{}\r\n", piece.size(), piece))) return false;
    }
    return wire.send("0\r\n\r\n");
  }
  if (!bodiless) out += fmt::format("Content-Length: {}\r\n", answer.body.size());
  out += "\r\n";
  if (!bodiless && !head) out += answer.cut ? answer.body.substr(0, answer.body.size() / 2) : answer.body;
  return wire.send(out) && !answer.cut;
}

}  // namespace

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, any, size) != 0 || ::listen(listener_, 128) != 0 ||
      ::getsockname(listener_, any, &size) != 0) {
    throw std::runtime_error("no loopback port for a test's server");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& guest : guests_) guest.thread.join();
}

std::string HttpServer::address() const { return fmt::format("127.0.0.1:{}", port_); }

void HttpServer::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const int now = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
    ++accepted_;
    const std::lock_guard lock(mutex_);
    see_off();
    open_.push_back(fd);
    auto& guest = guests_.emplace_back();
    guest.thread = std::thread([this, fd, &guest] { serve(fd, guest); });
  }
}

// A fuzzer comes a million times: a thread that isn't waited for keeps its stack.
void HttpServer::see_off() {
  for (auto& guest : guests_) {
    if (guest.left) guest.thread.join();
  }
  guests_.remove_if([](const Guest& guest) { return guest.left; });
}

void HttpServer::serve(int connection, Guest& guest) {
  Wire wire(connection);
  while (auto asked = wire.request()) {
    if (!answer(wire, handler_(*asked), asked->method == "HEAD")) break;
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, connection);
  ::close(connection);
  guest.left = true;
}

}  // namespace infra::testing
