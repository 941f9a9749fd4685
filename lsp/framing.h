// Bytes ↔ messages: "Content-Length: N", an empty line, N bytes of JSON.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace infra::lsp {

std::string frame(std::string_view body);

class Frames {
 public:
  void feed(std::string_view bytes) { pending_ += bytes; }
  // The next whole message. What is no message is skipped, up to the next header that could begin one.
  std::optional<std::string> next();

 private:
  static constexpr std::size_t kLargest = 64U << 20U;
  std::string pending_;
};

}  // namespace infra::lsp
