// HTTP requests over TCP, TLS or a Unix socket. Connections are kept and used again; any number of threads may send at
// once. No redirect is ever followed: what was given for one host goes to no other.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/cancel.h"

namespace infra::http {

struct Target {
  std::string base;           // "http://localhost", "https://10.0.0.5:2376"; no slash at the end
  std::string unix_socket;    // instead of TCP, if set
  std::string ca, cert, key;  // files, for TLS; may be empty
  // The same as PEM in memory; they win over the files.
  std::string ca_pem = {}, cert_pem = {}, key_pem = {};
  // HOST:PORT to connect to instead of the one of `base`, which stays the name that the certificate is checked for.
  std::string connect_to = {};
};

struct Response {
  long status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
};

struct Request {
  std::string method = "GET";
  std::string path;                  // from its first slash, with the query
  std::vector<std::string> headers;  // "Content-Type: application/json"
  std::string body;
  // Instead of `body`: fills the buffer, returns how much; 0 at the end, nullopt to give up. Sent in chunks.
  std::function<std::optional<std::size_t>(char* buffer, std::size_t size)> body_source;
  // Instead of collecting the body of a 2xx answer: called with each piece; false stops the transfer. `head` has the
  // status and the headers.
  std::function<bool(const Response& head, std::string_view piece)> on_data;
  // A body that is collected and longer than this is a failure: what answers without end takes no more memory.
  std::size_t most_bytes = std::size_t{16} << 20U;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{60'000};  // of the whole; 0: none, then an idle transfer ends after ten minutes
  const Cancel* cancel = nullptr;             // a second Ctrl-C ends the transfer
};

struct Failure {
  enum Kind {
    no_socket,
    refused,
    not_permitted,
    unknown_host,
    timed_out,
    tls,
    cancelled,
    stopped,
    too_large,
    garbled,  // something answered that isn't HTTP, or broke off in the middle
    broken
  } kind = broken;
  std::string reason;     // "connection refused"; never holds headers or bodies
  bool connected = true;  // or it ended before there was a connection
  // Nobody need change anything for the same request to succeed later. Whether it was carried out isn't known.
  [[nodiscard]] bool retryable() const {
    return kind == no_socket || kind == refused || kind == timed_out || kind == garbled || kind == broken;
  }
};

// The connections of one provider. A connection serves one request at a time, so there are as many as were ever needed
// at once; idle ones end after two minutes.
class Pool {
 public:
  Pool();
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  std::variant<Response, Failure> send(const Target& target, const Request& request);

 private:
  class Idle;
  std::unique_ptr<Idle> idle_;
};

// One request, without keeping anything.
std::variant<Response, Failure> send(const Target& target, const Request& request);

// "a b/c" is "a%20b%2Fc".
std::string url_encoded(std::string_view text);

}  // namespace infra::http
