#include "grammar/scan/scanner.h"

#include <InfraLexer.h>
#include <fmt/format.h>

#include "grammar/explain/foreign.h"
#include "grammar/scan/brackets.h"
#include "grammar/scan/lexer.h"
#include "grammar/scan/source_check.h"

namespace infra {
namespace {

using T = antlr::InfraLexer;

constexpr std::size_t kMostScanErrors = 200;  // a file with more isn't one of ours

class Scanner {
 public:
  Scanner(const SourceFile& source, FileId file, TextRange range, Diagnostics& diagnostics)
      : text_(std::string_view(source.text).substr(0, range.end)),
        begin_(range.begin),
        file_(file),
        diagnostics_(diagnostics),
        lexer_(text_),
        brackets_(source, file, tokens_.all, diagnostics),
        foreign_(text_, file, diagnostics),
        line_start_(begin_ == 0) {
    lexer_.seek(begin_);
  }

  std::optional<Tokens> run();

 private:
  [[nodiscard]] std::size_t mode() const;
  [[nodiscard]] std::uint8_t last() const { return tokens_.all.empty() ? std::uint8_t{0} : tokens_.all.back().type; }
  [[nodiscard]] Token make(std::uint8_t type, std::uint32_t begin, std::uint32_t end);
  bool step(std::uint8_t type, std::uint32_t begin, std::uint32_t end);
  bool significant(Token token);
  void add(Token token);
  void newline(std::uint32_t begin, std::uint32_t end);
  void comment(std::uint8_t type, std::uint32_t begin, std::uint32_t end);
  void invalid(std::uint32_t begin, std::uint32_t end);
  void broken(std::uint8_t type, std::uint32_t begin, std::uint32_t end);
  void foreign(std::uint8_t type, std::uint32_t begin, std::uint32_t end);
  void percent(Token token);
  void look_for_open_lists(std::uint8_t type);
  void end_of_file();

  std::string_view text_;  // up to the end of the range
  std::uint32_t begin_;
  FileId file_;
  Diagnostics& diagnostics_;
  Tokens tokens_;
  antlr::Lexer lexer_;
  Brackets brackets_;
  Foreign foreign_;
  std::string doc_;
  bool has_doc_ = false;
  bool line_start_;
  bool invalid_on_line_ = false;
  bool damaged_ = false;
};

std::optional<Tokens> Scanner::run() {
  tokens_.all.reserve((text_.size() - begin_) / 4 + 8);
  const auto errors = diagnostics_.errors();
  while (lexer_.at() < text_.size() && diagnostics_.errors() - errors < kMostScanErrors) {
    const auto begin = lexer_.at();
    const auto type = lexer_.next(mode());
    if (!step(type, begin, lexer_.at())) return std::nullopt;
  }
  if (lexer_.at() < text_.size()) return std::nullopt;
  end_of_file();
  return std::move(tokens_);
}

std::size_t Scanner::mode() const {
  switch (brackets_.innermost()) {
    case T::STRING_OPEN:
      return T::IN_STRING;
    case T::TEXT_OPEN:
      return T::IN_TEXT;
    default:
      break;
  }
  // Nothing can be divided after `(`, so a slash there begins a regular expression, or a comment.
  const auto at = lexer_.at();
  const bool regex =
      last() == T::LPAREN && text_[at] == '/' && at + 1 < text_.size() && text_[at + 1] != '/' && text_[at + 1] != '*';
  return regex ? std::size_t{T::IN_REGEX} : std::size_t{0};
}

Token Scanner::make(std::uint8_t type, std::uint32_t begin, std::uint32_t end) {
  const Token token{.begin = begin, .end = end, .type = type, .first_on_line = line_start_, .repaired = damaged_};
  line_start_ = false;
  damaged_ = false;
  return token;
}

bool Scanner::step(std::uint8_t type, std::uint32_t begin, std::uint32_t end) {
  switch (type) {
    case T::BLANK:
    case T::BYTE_ORDER_MARK:
      return true;
    case T::NEWLINE:
      newline(begin, end);
      return true;
    case T::DOC:
    case T::LINE_COMMENT:
    case T::BLOCK_COMMENT:
      comment(type, begin, end);
      return true;
    case T::STRING_DOLLAR:
    case T::TEXT_CHARS:
    case T::TEXT_DOLLAR:
    case T::TEXT_QUOTE:
    case T::TEXT_BACKSLASH:
      type = T::STRING_CHARS;
      break;
    case T::TEXT_INTERPOLATION:
      type = T::STRING_INTERPOLATION;
      break;
    case T::STRING_BREAK:
    case T::OPEN_COMMENT:
    case T::REGEX_BREAK:
      broken(type, begin, end);
      return true;
    case T::HASH_COMMENT:
    case T::HEREDOC:
    case T::SINGLE_QUOTED:
    case T::AND_SIGN:
    case T::OR_SIGN:
    case T::NOT_SIGN:
    case T::ARROW:
      foreign(type, begin, end);
      return true;
    case T::UNKNOWN:
      invalid(begin, end);
      return true;
    default:
      break;
  }
  return significant(make(type, begin, end));
}

bool Scanner::significant(Token token) {
  if (has_doc_) {
    tokens_.docs.push_back({.token = static_cast<std::uint32_t>(tokens_.all.size()), .text = std::move(doc_)});
    doc_.clear();
    has_doc_ = false;
  }
  look_for_open_lists(token.type);
  switch (token.type) {
    case T::LBRACE:
    case T::LPAREN:
    case T::LBRACKET:
    case T::STRING_INTERPOLATION:
    case T::STRING_OPEN:
    case T::TEXT_OPEN:
      return brackets_.open(token);
    case T::RBRACE:
    case T::RPAREN:
    case T::RBRACKET:
    case T::STRING_CLOSE:
    case T::TEXT_CLOSE: {
      const auto before = tokens_.all.size();
      brackets_.close(token);
      damaged_ = tokens_.all.size() == before;  // it closed nothing and is gone
      return true;
    }
    case T::PERCENT:
      percent(token);
      return true;
    case T::COMMA:
      if (last() == T::COMMA) {
        diagnostics_.error("E0102", {file_, token.begin, token.end}, "there is nothing between these two commas",
                           "expected a value before this", "remove one of them");
        return true;
      }
      break;
    default:
      break;
  }
  tokens_.all.push_back(token);
  return true;
}

void Scanner::newline(std::uint32_t begin, std::uint32_t end) {
  if (brackets_.in_one_line_string()) brackets_.break_string(begin);
  const auto before = last();
  const bool counts = brackets_.newline_counts() && before != 0 && before != T::NEWLINE && before != T::SEMICOLON &&
                      before != T::LBRACE;
  if (counts) tokens_.all.push_back(make(T::NEWLINE, begin, end));
  line_start_ = true;
  invalid_on_line_ = false;
  const auto line = text_.substr(begin, end - begin).rfind('\n');
  brackets_.new_line(static_cast<std::uint32_t>(end - begin - line - 1));
}

void Scanner::comment(std::uint8_t type, std::uint32_t begin, std::uint32_t end) {
  const auto text = text_.substr(begin, end - begin);
  if (type == T::BLOCK_COMMENT) {
    if (text.find('\n') != std::string_view::npos) newline(begin, end);
    return;
  }
  if (type != T::DOC || !line_start_) return;
  auto line = text.substr(3);
  if (line.starts_with(' ')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  if (has_doc_) doc_ += '\n';
  doc_ += line;
  has_doc_ = true;
}

void Scanner::invalid(std::uint32_t begin, std::uint32_t end) {
  if (!invalid_on_line_) foreign_.character(begin, end);  // often several in a row, such as `name`
  invalid_on_line_ = true;
  damaged_ = true;
}

// Something that the file or the line ends in the middle of.
void Scanner::broken(std::uint8_t type, std::uint32_t begin, std::uint32_t end) {
  if (type == T::STRING_BREAK) {
    brackets_.break_string(begin);
    lexer_.seek(text_[begin] == '\\' ? end : begin);
    return;
  }
  const bool comment = type == T::OPEN_COMMENT;
  diagnostics_.error("E0103", {file_, begin, end},
                     comment ? "this comment is never closed" : "this regular expression is never closed",
                     "it begins here", comment ? "close it with `*/`" : "close it with `/` on the same line");
  const auto stop = comment ? text_.size() : std::min(text_.find_first_of("\r\n", begin), text_.size());
  lexer_.seek(static_cast<std::uint32_t>(stop));
  damaged_ = true;
  if (!comment) tokens_.all.push_back(make(T::REGEX, begin, static_cast<std::uint32_t>(stop)));
}

void Scanner::foreign(std::uint8_t type, std::uint32_t begin, std::uint32_t end) {
  const auto meant = foreign_.replace(type, begin, end);
  lexer_.seek(meant.end);
  damaged_ = damaged_ || meant.damaged;
  if (meant.type != 0) significant(make(meant.type, begin, meant.end));
}

// `10%3` is a remainder, `10%` a percentage.
void Scanner::percent(Token token) {
  const auto next = token.end < text_.size() ? text_[token.end] : ' ';
  const bool operand_follows = (next >= '0' && next <= '9') || (next >= 'a' && next <= 'z') ||
                               (next >= 'A' && next <= 'Z') || next == '_' || next == '(';
  if (operand_follows) {
    lexer_.seek(--token.end);
    const bool fraction = text_.substr(token.begin, token.end - token.begin).find('.') != std::string_view::npos;
    token.type = fraction ? T::FLOAT : T::INT;
  }
  tokens_.all.push_back(token);
}

// A line that begins like an item, no deeper than the line of the ( or [ that is open: that one was never closed.
void Scanner::look_for_open_lists(std::uint8_t type) {
  const auto& all = tokens_.all;
  if (brackets_.newline_counts() || all.empty() || !all.back().first_on_line) return;
  const auto begins_item = [](std::uint8_t t) { return t == T::NAME || (t >= T::KW_STACK && t <= T::KW_EXISTING); };
  const bool goes_on = type == T::ASSIGN || type == T::LBRACE || type == T::STRING || begins_item(type);
  if (goes_on && begins_item(all.back().type)) brackets_.break_lists(all.size() - 1);
}

void Scanner::end_of_file() {
  const auto end = static_cast<std::uint32_t>(text_.size());
  tokens_.open_end = brackets_.innermost() != 0;
  if (brackets_.in_one_line_string()) brackets_.break_string(end);
  brackets_.finish(end);
  tokens_.all.push_back({.begin = end, .end = end, .type = static_cast<std::uint8_t>(kEndOfFile)});
}

}  // namespace

std::optional<Tokens> scan(const SourceMap& sources, FileId file, Diagnostics& diagnostics, TextRange range) {
  const auto& source = sources.file(file);
  if (!check_source(source, file, diagnostics)) return std::nullopt;
  return Scanner(source, file, range, diagnostics).run();
}

std::string token_name(const Token& token) {
  if (token.type == kEndOfFile) return "END";
  return antlr::Lexer::name(token.type);
}

}  // namespace infra
