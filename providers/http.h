// One HTTP request over TCP, TLS or a Unix socket. Any number of threads may send at once: each call has its own
// handle.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/cancel.h"

namespace infra::http {

struct Target {
  std::string base;           // "http://localhost", "https://10.0.0.5:2376"; no slash at the end
  std::string unix_socket;    // instead of TCP, if set
  std::string ca, cert, key;  // files, for TLS; may be empty
};

struct Request {
  std::string method = "GET";
  std::string path;                  // from its first slash, with the query
  std::vector<std::string> headers;  // "Content-Type: application/json"
  std::string body;
  // Instead of `body`: fills the buffer, returns how much; 0 at the end, nullopt to give up. Sent in chunks.
  std::function<std::optional<std::size_t>(char* buffer, std::size_t size)> body_source;
  // Instead of collecting the body of a 2xx answer: called with each piece; false stops the transfer.
  std::function<bool(std::string_view piece)> on_data;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{60'000};  // of the whole; 0: none, then an idle transfer ends after ten minutes
  const Cancel* cancel = nullptr;             // a second Ctrl-C ends the transfer
};

struct Response {
  long status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
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
    broken
  } kind = broken;
  std::string reason;  // "connection refused"; never holds headers or bodies
};

std::variant<Response, Failure> send(const Target& target, const Request& request);

// "a b/c" is "a%20b%2Fc".
std::string url_encoded(std::string_view text);

}  // namespace infra::http
