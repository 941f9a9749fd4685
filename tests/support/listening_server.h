// A server of the test's own on a free port of this machine: it answers each request as it is told, and keeps what it
// was sent.
#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace infra::testing {

class ListeningServer {
 public:
  // From a request's head (its first line and headers) to the whole answer.
  using Answer = std::function<std::string(const std::string& head)>;
  explicit ListeningServer(Answer answer);
  ~ListeningServer();
  ListeningServer(const ListeningServer&) = delete;
  ListeningServer& operator=(const ListeningServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  // 127.0.0.1:PORT, and 0.0.0.0:PORT: the same server by an address that isn't known to be this machine.
  [[nodiscard]] std::string here() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string somewhere() const { return "0.0.0.0:" + std::to_string(port_); }
  [[nodiscard]] std::vector<std::string> requests() const;
  // The requests with an Authorization header, or with any other of this name.
  [[nodiscard]] std::size_t with_header(const std::string& name) const;

  // "HTTP/1.1 401 …" with a length, and the connection's end.
  static std::string response(int status, const std::string& headers = {}, const std::string& body = {});

 private:
  void serve();
  void serve_one(int guest);
  Answer answer_;
  int door_ = -1, port_ = 0;
  int stop_[2] = {-1, -1};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

}  // namespace infra::testing
