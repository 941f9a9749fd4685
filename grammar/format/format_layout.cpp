#include "grammar/format/format_layout.h"

#include <InfraLexer.h>

#include <algorithm>

namespace infra::formatting {
namespace {

using T = antlr::InfraLexer;

constexpr std::size_t kStep = 2;

bool operator_like(const Piece& piece) {
  switch (piece.type) {
    case T::PLUS:
    case T::MINUS:
    case T::STAR:
    case T::SLASH:
    case T::PERCENT_SIGN:
    case T::EQUAL:
    case T::NOT_EQUAL:
    case T::LESS:
    case T::LESS_EQUAL:
    case T::GREATER_EQUAL:
    case T::KW_AND:
    case T::KW_OR:
    case T::KW_IN:
    case T::COALESCE:
    case T::DOTDOT:
    case T::PIPE:
    case T::COLON:
      return true;
    case T::GREATER:
      return piece.role != Role::type;
    case T::QUESTION:
      return piece.role == Role::choice;
    default:
      return false;
  }
}

bool tight(const Piece& piece) {
  return piece.type == T::DOT || piece.type == T::OPTIONAL_DOT || piece.type == T::DOTDOT;
}

// Between an opening bracket and what follows it, or the other way round.
bool padded(const Piece& bracket) {
  return (bracket.type == T::LBRACE || bracket.type == T::RBRACE) && bracket.role != Role::comprehension;
}

bool space_between(const Piece& a, const Piece& b) {
  if (a.opens() && b.closes()) return padded(a) && a.role != Role::map;  // `cluster core { }`, `env = {}`
  if (a.opens()) return padded(a);
  if (b.closes()) return padded(b);
  if (a.comment() || b.comment()) return true;
  if (b.type == T::COMMA || b.type == T::SEMICOLON || tight(a) || tight(b)) return false;
  if (b.type == T::COLON && b.role != Role::choice) return false;
  if (b.role == Role::call || b.role == Role::index) return false;
  if (b.role == Role::type || b.role == Role::optional) return false;
  if (a.role == Role::type && a.type == T::LESS) return false;
  return a.role != Role::sign;
}

class Layout {
 public:
  explicit Layout(const Pieces& pieces) : pieces_(pieces) { groups_.push_back({.broken = true, .own_lines = true}); }

  std::vector<Line> run() {
    for (std::size_t i = 0; i < pieces_.size(); ++i) piece(i);
    return std::move(lines_);
  }

 private:
  struct Group {
    std::size_t opener = 0;
    std::size_t outside = 0;  // indentation of the line that the bracket stands on
    std::size_t inside = 0;
    bool broken = false;     // its content may stand on several lines
    bool own_lines = false;  // … and has lines for itself: nothing beside the brackets
  };

  void piece(std::size_t i);
  void new_line(std::size_t i, bool boundary);
  void append(const Piece& piece);
  void note_alignment(std::size_t i);
  void enter(std::size_t i);
  [[nodiscard]] bool breaks_before(std::size_t i) const;
  [[nodiscard]] bool begins_item(std::size_t i) const;
  [[nodiscard]] std::size_t before_comments(std::size_t i) const;
  [[nodiscard]] std::size_t item_end(std::size_t i) const;

  const Pieces& pieces_;
  std::vector<Group> groups_;
  std::vector<Line> lines_;
};

// The last piece before i that is no comment; i if there is none.
std::size_t Layout::before_comments(std::size_t i) const {
  for (auto j = i; j-- > 0;) {
    if (!pieces_[j].comment()) return j;
  }
  return i;
}

// Does something new begin here: an item, an entry, an element? Otherwise a line that breaks here goes on.
bool Layout::begins_item(std::size_t i) const {
  const auto before = before_comments(i);
  if (before == i) return true;
  const auto& last = pieces_[before];
  if (pieces_[i].closes() || last.opens() || last.type == T::COMMA || last.type == T::SEMICOLON) return true;
  const auto& group = groups_.back();
  const bool by_newlines = groups_.size() == 1 || pieces_[group.opener].type == T::LBRACE;
  if (!by_newlines) return false;
  const bool member = before > 0 && tight(pieces_[before - 1]);  // x.in
  return (member || !operator_like(last)) && !(pieces_[i].type == T::COLON && pieces_[i].role == Role::choice);
}

bool Layout::breaks_before(std::size_t i) const {
  const auto& group = groups_.back();
  if (!group.broken) return false;
  if (pieces_[i].breaks > 0) return true;
  if (!group.own_lines || pieces_[i].comment()) return false;
  return pieces_[i].closes() || (groups_.size() > 1 && before_comments(i) == group.opener);
}

void Layout::new_line(std::size_t i, bool boundary) {
  const auto& group = groups_.back();
  Line line{.indent = group.inside};
  if (pieces_[i].closes())
    line.indent = group.outside;
  else if (!boundary && group.own_lines)
    line.indent += kStep;
  const bool first = i == 0 || pieces_[i - 1].opens();
  line.blank_before = boundary && pieces_[i].breaks > 1 && !first && !pieces_[i].closes() && !lines_.empty();
  lines_.push_back(std::move(line));
}

void Layout::append(const Piece& piece) {
  auto text = std::string_view(piece.text);
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    lines_.back().text += text.substr(0, end);
    lines_.push_back({.verbatim = true});
    text.remove_prefix(end + 1);
  }
  lines_.back().text += text;
}

// The end of the item that begins at i, up to but without its separator.
std::size_t Layout::item_end(std::size_t i) const {
  auto last = i;
  for (auto j = i; j < pieces_.size(); ++j) {
    const auto& piece = pieces_[j];
    if (piece.closes() || piece.type == T::COMMA || piece.type == T::SEMICOLON || piece.type == kEndOfFile) break;
    if (j > i && piece.breaks > 0) break;
    if (piece.opens()) j = piece.match;
    last = j;
  }
  return last;
}

// `name = value` and `key: value` take part if they have the line for themselves and end on it.
void Layout::note_alignment(std::size_t i) {
  const auto& group = groups_.back();
  const bool entries = groups_.size() > 1 && pieces_[group.opener].role == Role::map;
  auto sign = entries && pieces_[i].opens() ? pieces_[i].match + 1 : i + 1;
  if (pieces_[sign].type != (entries ? T::COLON : T::ASSIGN)) return;
  const auto last = item_end(i);
  for (auto j = i; j <= last; ++j) {
    if ((j > i && pieces_[j].breaks > 0) || pieces_[j].several_lines()) return;
  }
  const auto& next = pieces_[last + 1];
  const bool alone = next.closes() || next.breaks > 0 || next.type == kEndOfFile;
  if (!alone || last <= sign) return;
  std::size_t width = 0;
  for (auto j = i; j < sign; ++j)
    width += pieces_[j].text.size() + (j > i && space_between(pieces_[j - 1], pieces_[j]));
  lines_.back().align_at = entries ? width + 2 : width + 1;  // behind the colon; before the `=`
  lines_.back().braces = group.opener;
}

void Layout::enter(std::size_t i) {
  const auto& opener = pieces_[i];
  const bool broken = broken_up(pieces_, i);
  const bool list = opener.type == T::LBRACKET && opener.role == Role::plain;
  const bool braces = opener.type == T::LBRACE && opener.role != Role::comprehension;
  const auto here = lines_.back().indent;
  groups_.push_back({.opener = i,
                     .outside = here,
                     .inside = here + kStep,
                     .broken = broken,
                     .own_lines = broken && (braces || list || opener.role == Role::call)});
}

void Layout::piece(std::size_t i) {
  const auto& piece = pieces_[i];
  if (piece.type == kEndOfFile) return;
  const bool boundary = begins_item(i);
  const bool line = lines_.empty() || breaks_before(i);
  if (line) {
    new_line(i, boundary);
  } else if (piece.kind == Piece::line_comment) {
    lines_.back().comment = piece.text;
    return;
  } else if (space_between(pieces_[i - 1], piece)) {
    lines_.back().text += ' ';
  }
  if (line && boundary && !piece.comment() && !piece.closes()) note_alignment(i);
  append(piece);
  if (piece.opens()) enter(i);
  if (piece.closes()) groups_.pop_back();
}

}  // namespace

std::vector<Line> lay_out(const Pieces& pieces) { return Layout(pieces).run(); }

}  // namespace infra::formatting
