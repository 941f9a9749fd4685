#pragma once
#include <string>

namespace infra {

// One connection to a server at "127.0.0.1:PORT", on which these bytes were sent.
class Asked {
 public:
  Asked(const std::string& address, const std::string& request);
  ~Asked();
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  // All that the server answers until it ends the connection.
  [[nodiscard]] std::string answer() const;
  // Has it ended the connection without an answer?
  [[nodiscard]] bool dropped() const;

 private:
  int fd_;
};

std::string answer_at(const std::string& address, const std::string& request);

}  // namespace infra
