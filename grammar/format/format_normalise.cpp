#include <InfraLexer.h>

#include <algorithm>

#include "grammar/format/format_layout.h"
#include "grammar/scan/lexer.h"

namespace infra::formatting {
namespace {

using T = antlr::InfraLexer;

bool separates(const Piece& piece) { return piece.type == T::COMMA || piece.type == T::SEMICOLON; }

// `a // why⏎, b` → `a, // why⏎b`. Several semicolons become one.
Pieces separators_first(Pieces pieces) {
  Pieces out;
  std::uint32_t carried = 0;  // newlines before a separator belong to what follows it
  for (auto& piece : pieces) {
    if (!separates(piece)) {
      piece.breaks = std::max(piece.breaks, carried);
      carried = 0;
      out.push_back(std::move(piece));
      continue;
    }
    auto after = out.end();
    while (after != out.begin() && std::prev(after)->comment()) --after;
    carried = std::max(carried, piece.breaks);
    const bool needless = after == out.begin() || std::prev(after)->type == T::SEMICOLON || std::prev(after)->opens();
    piece.breaks = 0;
    if (!needless) out.insert(after, std::move(piece));
  }
  return out;
}

std::size_t after_comments(const Pieces& pieces, std::size_t i) {
  while (i < pieces.size() && pieces[i].comment()) ++i;
  return i;
}

bool breaks_between(const Pieces& pieces, std::size_t first, std::size_t last) {
  for (auto i = first; i <= last; ++i) {
    if (pieces[i].breaks > 0 || pieces[i].several_lines()) return true;
  }
  return false;
}

class Separators {
 public:
  explicit Separators(Pieces& pieces) : pieces_(pieces), drop_(pieces.size()) {}

  Pieces run() {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (pieces_[i].opens()) open_.push_back(i);
      if (pieces_[i].closes()) open_.pop_back();
      if (separates(pieces_[i])) separator(i);
    }
    return rest();
  }

 private:
  void separator(std::size_t i) {
    const auto next = after_comments(pieces_, i + 1);
    const bool last = pieces_[next].closes() || pieces_[next].type == kEndOfFile;
    const auto* opener = open_.empty() ? nullptr : &pieces_[open_.back()];
    const bool entry = opener != nullptr && opener->type == T::LBRACE && opener->role == Role::map;
    if (last) {
      drop_[i] = true;
    } else if (pieces_[i].type == T::SEMICOLON || entry) {
      if (!breaks_between(pieces_, i + 1, next)) part_long_items(i, next);
      drop_[i] = breaks_between(pieces_, i + 1, next);
    }
  }

  // What doesn't fit on one line has its lines for itself.
  void part_long_items(std::size_t separator, std::size_t next) {
    std::size_t first = separator;
    while (first > 0 && !pieces_[first - 1].opens() && !separates(pieces_[first - 1])) {
      --first;
      if (pieces_[first].closes()) first = pieces_[first].match;
      if (pieces_[first].breaks > 0) break;
    }
    std::size_t last = next;
    while (!pieces_[last].closes() && !separates(pieces_[last]) && pieces_[last].type != kEndOfFile) {
      if (pieces_[last].opens()) last = pieces_[last].match;
      ++last;
      if (pieces_[last].breaks > 0) break;
    }
    const bool several = breaks_between(pieces_, first + 1, separator) || pieces_[first].several_lines() ||
                         breaks_between(pieces_, next + 1, last - 1) || pieces_[next].several_lines();
    if (several) pieces_[separator + 1].breaks = 1;
  }

  Pieces rest() {
    Pieces out;
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (!drop_[i]) out.push_back(std::move(pieces_[i]));
    }
    return out;
  }

  Pieces& pieces_;
  std::vector<bool> drop_;
  std::vector<std::size_t> open_;
};

// `container "web"` is `container web`. A statement's word stays in quotes: `container "for"` reads better so.
void unquote(Piece& piece) {
  const auto text = piece.text.substr(1, piece.text.size() - 2);
  antlr::Lexer lexer(text);
  if (!text.empty() && lexer.next(0) == T::NAME && lexer.at() == text.size()) piece.text = text;
}

void close_empty_brackets(Pieces& pieces) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].opens() && pieces[i].match == i + 1) pieces[i + 1].breaks = 0;
  }
}

// A list on several lines ends in a comma, so that adding an element changes one line.
void add_last_commas(Pieces& pieces) {
  Pieces out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto& piece = pieces[i];
    const bool list = piece.type == T::RBRACKET && piece.role == Role::plain;
    if (list && piece.match + 1 < i && broken_up(pieces, piece.match)) {
      auto after = out.end();
      while (std::prev(after)->comment()) --after;
      if (!std::prev(after)->opens()) out.insert(after, Piece{.type = T::COMMA, .text = ","});
    }
    out.push_back(piece);
  }
  pieces = std::move(out);
}

}  // namespace

// Braces stand on one line or have a line for each item; a list or a call is broken up only if it is written so itself.
bool broken_up(const Pieces& pieces, std::size_t opener) {
  const bool braces = pieces[opener].type == T::LBRACE && pieces[opener].role != Role::comprehension;
  const auto closer = pieces[opener].match;
  for (auto i = opener + 1; i <= closer; ++i) {
    if (pieces[i].breaks > 0 || (braces && pieces[i].several_lines())) return true;
    if (!braces && pieces[i].opens()) i = pieces[i].match;
  }
  return false;
}

void normalise(Pieces& pieces) {
  pieces = separators_first(std::move(pieces));
  match_brackets(pieces);
  close_empty_brackets(pieces);
  pieces = Separators(pieces).run();
  match_brackets(pieces);
  add_last_commas(pieces);
  match_brackets(pieces);
  for (auto& piece : pieces) {
    if (piece.role == Role::label) unquote(piece);
  }
}

}  // namespace infra::formatting
