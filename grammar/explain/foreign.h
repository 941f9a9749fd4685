// What people bring along from other languages, and characters that no language has: what to write instead.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/diagnostics/diagnostic.h"

namespace infra {

class Foreign {
 public:
  // What stands for the text up to `end`; type 0: nothing.
  struct Meant {
    std::uint8_t type = 0;
    std::uint32_t end = 0;
    bool damaged = false;
  };

  Foreign(std::string_view text, FileId file, Diagnostics& diagnostics)
      : text_(text), file_(file), diagnostics_(diagnostics) {}

  Meant replace(std::uint8_t type, std::uint32_t begin, std::uint32_t end);
  void character(std::uint32_t begin, std::uint32_t end);

 private:
  void report(Span span, std::string message, std::string label, std::string help, std::string replacement);
  Meant word(std::uint8_t type, std::string_view instead, Span span);
  Meant quoted(Span span);
  Meant heredoc(Span span);
  Meant comment(Span span);

  std::string_view text_;
  FileId file_;
  Diagnostics& diagnostics_;
};

}  // namespace infra
