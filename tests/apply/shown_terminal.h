// As much of a terminal as the live display uses: what a user would see.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace infra::test {

class Terminal {
 public:
  explicit Terminal(std::size_t columns) : columns_(columns) {}
  void write(std::string_view text);
  // All lines, those that scrolled up too, without trailing blanks.
  [[nodiscard]] std::string screen() const;
  [[nodiscard]] bool cursor_visible() const { return cursor_visible_; }
  [[nodiscard]] bool wrapped() const { return wrapped_; }  // a line was wider than the screen
  [[nodiscard]] bool coloured() const { return coloured_; }

 private:
  void escape(char final, const std::string& arguments);
  void put(std::string_view character);

  std::size_t columns_;
  std::vector<std::vector<std::string>> lines_{1};  // of characters
  std::size_t row_ = 0, column_ = 0;
  bool cursor_visible_ = true, wrapped_ = false, coloured_ = false;
};

}  // namespace infra::test
