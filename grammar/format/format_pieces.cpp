#include "grammar/format/format_pieces.h"

#include <InfraLexer.h>

#include <algorithm>

namespace infra::formatting {
namespace {

using T = antlr::InfraLexer;

class Cutter {
 public:
  Cutter(std::string_view text, const Tokens& tokens, const std::vector<Role>& roles)
      : text_(text), tokens_(tokens.all), roles_(roles) {}

  Pieces run() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const auto& token = tokens_[i];
      const bool nothing = token.begin == token.end && token.type != kEndOfFile;
      if (token.type == T::NEWLINE || nothing) continue;
      between(token.begin);
      const auto last = last_of(i);
      add(Piece::token, token.type, token.begin, tokens_[last].end);
      pieces_.back().role = roles_[i];
      if (pieces_.back().text.find('\r') != std::string::npos) pieces_.back().text = with_newlines(i, last);
      at_ = tokens_[last].end;
      i = last;
    }
    return std::move(pieces_);
  }

 private:
  // A string is one piece, whatever stands in it.
  [[nodiscard]] std::size_t last_of(std::size_t i) const {
    std::size_t depth = 0;
    for (std::size_t j = i; j < tokens_.size(); ++j) {
      const auto type = tokens_[j].type;
      if (type == T::STRING_OPEN || type == T::TEXT_OPEN) ++depth;
      if (type == T::STRING_CLOSE || type == T::TEXT_CLOSE) --depth;
      if (depth == 0) return j;
    }
    return i;
  }

  // A string's text with \n at the end of each line, which means the same (docs/adr/0019-line-endings.md). A carriage
  // return that ends no line is part of the text, and is written so that it can be seen.
  [[nodiscard]] std::string with_newlines(std::size_t first, std::size_t last) const {
    std::string out;
    auto at = tokens_[first].begin;
    for (std::size_t i = first; i <= last; ++i) {
      const bool chars = tokens_[i].type == T::STRING_CHARS || tokens_[i].type == T::STRING;
      append(out, at, tokens_[i].begin, false);
      append(out, tokens_[i].begin, tokens_[i].end, chars);
      at = std::max(at, tokens_[i].end);
    }
    return out;
  }
  void append(std::string& out, std::uint32_t begin, std::uint32_t end, bool chars) const {
    for (auto i = begin; i < end; ++i) {
      const bool ends_line = i + 1 < text_.size() && text_[i + 1] == '\n';
      if (text_[i] != '\r') {
        out += text_[i];
      } else if (chars && !ends_line) {
        out += "\\r";
      }
    }
  }

  // Blanks, newlines and comments up to `end`.
  void between(std::uint32_t end) {
    while (at_ < end) {
      const auto rest = text_.substr(at_, end - at_);
      if (rest.starts_with("//")) {
        const auto stop = at_ + static_cast<std::uint32_t>(std::min(rest.find('\n'), rest.size()));
        add(Piece::line_comment, 0, at_, stop);
        at_ = stop;
      } else if (rest.starts_with("/*")) {
        const auto stop = at_ + static_cast<std::uint32_t>(rest.find("*/", 2) + 2);
        add(Piece::block_comment, 0, at_, stop);
        at_ = stop;
      } else {
        if (text_[at_] == '\n') ++breaks_;
        ++at_;
      }
    }
  }

  void add(Piece::Kind kind, std::uint8_t type, std::uint32_t begin, std::uint32_t end) {
    // What follows a comment of several lines stands on a line of its own.
    if (!pieces_.empty() && pieces_.back().comment() && pieces_.back().several_lines()) breaks_ = std::max(breaks_, 1U);
    Piece piece{.kind = kind, .type = type, .breaks = breaks_, .text = std::string(text_.substr(begin, end - begin))};
    if (kind != Piece::token) {
      std::erase(piece.text, '\r');
      piece.text.erase(piece.text.find_last_not_of(" \t\f") + 1);
    }
    breaks_ = 0;
    pieces_.push_back(std::move(piece));
  }

  std::string_view text_;
  const std::vector<Token>& tokens_;
  const std::vector<Role>& roles_;
  std::uint32_t at_ = 0;
  std::uint32_t breaks_ = 0;
  Pieces pieces_;
};

}  // namespace

bool Piece::opens() const { return type == T::LBRACE || type == T::LBRACKET || type == T::LPAREN; }
bool Piece::closes() const { return type == T::RBRACE || type == T::RBRACKET || type == T::RPAREN; }

Pieces make_pieces(std::string_view text, const Tokens& tokens, const std::vector<Role>& roles) {
  return Cutter(text, tokens, roles).run();
}

void match_brackets(Pieces& pieces) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].opens()) open.push_back(i);
    if (!pieces[i].closes()) continue;
    pieces[i].match = open.back();
    pieces[i].role = pieces[open.back()].role;
    pieces[open.back()].match = i;
    open.pop_back();
  }
}

}  // namespace infra::formatting
