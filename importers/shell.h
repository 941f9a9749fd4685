// Quotes as a POSIX shell has them.
#pragma once
#include <string>
#include <string_view>

namespace infra::importing {

// A word as a shell must be given it: bare if it can be.
std::string shell_quoted(const std::string& word);

// Which quotes a place of a script stands in.
class ShellQuotes {
 public:
  void pass(std::string_view script);
  // A variable of the shell, so that its value stays one word there.
  [[nodiscard]] std::string around(const std::string& variable) const;

 private:
  char quote_ = 0;
};

}  // namespace infra::importing
