// One line of a source file as a message shows it: tabs expanded, control characters made visible, cut if it is long.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace infra {

class Snippet {
 public:
  struct Mark {
    std::size_t begin = 0, end = 0;  // bytes of the line; begin == end marks a place
    bool primary = false;
    std::string label;
  };

  // Shows the whole line, or what is around the bytes from `begin` to `end`.
  Snippet(std::string_view line, std::size_t begin, std::size_t end);

  [[nodiscard]] const std::string& text() const { return text_; }
  // The lines below it: ^^^ and --- with their labels. `paint` is asked to colour each piece.
  class Paint {
   public:
    virtual ~Paint() = default;
    virtual std::string mark(const std::string& text, bool primary) const = 0;
  };
  [[nodiscard]] std::vector<std::string> marks(std::vector<Mark> marks, const Paint& paint) const;

 private:
  struct Cell {
    std::size_t byte = 0;    // of the line
    std::size_t column = 0;  // on the screen
  };
  void add(std::string_view line, std::size_t begin, std::size_t end);
  [[nodiscard]] std::size_t column(std::size_t byte) const;

  std::string text_;
  std::vector<Cell> cells_;  // one for each character that is shown, and one for the end
  std::size_t columns_ = 0;
};

// A text of a message, which may hold a user's: nothing in it moves the cursor. Its further lines are indented.
std::string printable(std::string_view text);

}  // namespace infra
