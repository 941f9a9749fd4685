// A small HTTP/1.1 server on a loopback port for tests: every request goes to one function, on the thread of its
// connection. Connections are kept.
#pragma once
#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace infra::testing {

struct HttpAsked {
  std::string method;
  std::string path;                            // with the query
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct HttpAnswer {
  int status = 200;
  std::vector<std::string> headers = {};  // "Content-Type: application/json"
  std::string body = {};
  bool cut = false;  // half of the body is sent, then the connection ends
  // Instead of `body`: called until it gives "", sent in chunks.
  std::function<std::string()> more = {};
};

class HttpServer {
 public:
  using Handler = std::function<HttpAnswer(const HttpAsked&)>;
  explicit HttpServer(Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string address() const;                   // "127.0.0.1:4711"
  [[nodiscard]] int connections() const { return accepted_; }  // so far

 private:
  struct Guest {
    std::thread thread;
    bool left = false;
  };
  void accept_all();
  void serve(int connection, Guest& guest);
  void see_off();  // those who have left; with the lock

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> accepted_{0};
  std::mutex mutex_;
  std::vector<int> open_;
  std::list<Guest> guests_;
  std::thread acceptor_;
};

}  // namespace infra::testing
