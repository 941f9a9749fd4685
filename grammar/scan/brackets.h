// Which brackets and strings are open. Reports what doesn't pair up and repairs the tokens, so that the parser sees
// balanced brackets whatever the file says.
#pragma once
#include <optional>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "grammar/scan/token.h"

namespace infra {

class Brackets {
 public:
  static constexpr std::size_t kDeepest = 256;

  Brackets(const SourceFile& source, FileId file, std::vector<Token>& out, Diagnostics& diagnostics)
      : source_(source), file_(file), out_(out), diagnostics_(diagnostics) {}

  // What is open is known by its opening token's type; 0: nothing.
  [[nodiscard]] std::uint8_t innermost() const { return open_.empty() ? std::uint8_t{0} : open_.back().token.type; }
  [[nodiscard]] bool newline_counts() const;
  [[nodiscard]] bool in_one_line_string() const { return one_line_strings_ != 0; }
  void new_line(std::uint32_t indentation) { indentation_ = indentation; }

  // False: nested too deeply, which is reported; give up.
  [[nodiscard]] bool open(Token token);
  void close(Token token);
  // A newline at `offset` ends a "string" that isn't closed.
  void break_string(std::uint32_t offset);
  // The line that begins with the token `first` looks like an item: if it is no deeper than the line of a ( or [ that
  // is open around it, that one was never closed.
  void break_lists(std::size_t first);
  void finish(std::uint32_t offset);

 private:
  struct Open {
    Token token;
    std::uint32_t indentation = 0;  // of the line that it stands on
  };
  struct Suspect {  // a closer that stands further left than the line of its opener
    Token opener, closer;
  };

  [[nodiscard]] Span span(Token token) const { return {file_, token.begin, token.end}; }
  [[nodiscard]] std::optional<std::size_t> partner(std::uint8_t closer) const;
  void emit(std::uint8_t type, std::uint32_t offset);
  void push(Token token);
  void pop();
  void end_line(std::uint32_t offset);
  void close_down_to(std::size_t depth, std::uint32_t offset);
  void report_unclosed(Token opener, Token noticed);
  void report_wrong(Token opener, Token closer);
  void report_stray(Token closer);
  void report_all_unclosed();
  void note_indentation(Token closer);

  const SourceFile& source_;
  FileId file_;
  std::vector<Token>& out_;
  Diagnostics& diagnostics_;
  std::vector<Open> open_;
  std::optional<Suspect> suspect_;
  std::uint32_t indentation_ = 0;
  std::size_t one_line_strings_ = 0;
};

}  // namespace infra
