// A connection that has left HTTP: after an answer to "Upgrade: tcp" bytes go both ways.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "providers/http.h"

namespace infra::http {

class Stream {
 public:
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] int descriptor() const;  // for poll: readable when there may be something to read
  // What has come; empty: the other side has ended. nullopt: nothing now. Read until then before polling again.
  std::variant<std::optional<std::string>, Failure> read();
  std::optional<Failure> write(std::string_view bytes);
  // Nothing more is written. Over TLS this can't be told, and the other side sees it when the connection ends.
  void end_input();

 private:
  friend std::variant<std::unique_ptr<Stream>, Response, Failure> upgrade(const Target&, const Request&);
  struct Inside;
  explicit Stream(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// On a connection of its own. A Response: it was refused.
std::variant<std::unique_ptr<Stream>, Response, Failure> upgrade(const Target& target, const Request& request);

}  // namespace infra::http
