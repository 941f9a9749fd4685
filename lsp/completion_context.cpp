#include "lsp/completion_context.h"

#include <algorithm>
#include <array>

#include "lsp/lookup.h"

namespace infra::lsp {
namespace {

using Words = std::initializer_list<std::string_view>;
bool is_one_of(std::string_view token, Words words) {
  return std::find(words.begin(), words.end(), token) != words.end();
}

// What is open around the cursor.
struct Open {
  enum Kind { block, map, record, list, text, interpolation } kind = block;
  std::string_view head = {};  // in a block: the first word of the item
  bool assigned = false;       // and whether its `=` has come
};

bool ends_operand(const Piece& piece) {
  if (piece.kind == Piece::name || piece.kind == Piece::number || piece.kind == Piece::string) return true;
  return is_one_of(piece.token,
                   {"RPAREN", "RBRACKET", "RBRACE", "KW_TRUE", "KW_FALSE", "KW_NULL", "INTERPOLATION_CLOSE"});
}

class Walk {
 public:
  void step(const Piece& piece) {
    if (piece.kind == Piece::comment) return;
    const auto& token = piece.token;
    if (at_item_start() && piece.kind != Piece::newline && token != "RBRACE") {
      top().head = token;
      top().assigned = false;
    }
    if (token == "LBRACE") {
      open_.push_back({brace()});
    } else if (is_one_of(token, {"LPAREN", "LBRACKET"})) {
      open_.push_back({Open::list});
    } else if (token == "STRING_INTERPOLATION") {
      open_.push_back({Open::interpolation});
    } else if (is_one_of(token, {"STRING_OPEN", "TEXT_OPEN"}) && top().kind != Open::text) {
      open_.push_back({Open::text});
    } else if (is_one_of(token,
                         {"RBRACE", "RPAREN", "RBRACKET", "INTERPOLATION_CLOSE", "STRING_CLOSE", "TEXT_CLOSE"})) {
      if (open_.size() > 1) open_.pop_back();
    } else if (token == "ASSIGN") {
      top().assigned = true;
    }
    last_ = piece;
    has_last_ = true;
  }

  [[nodiscard]] Cursor::Kind place() const {
    if (top().kind == Open::text) return Cursor::nothing;
    if (has_last_ && is_one_of(last_.token, {"DOT", "OPTIONAL_DOT"})) return Cursor::member;
    if (at_item_start()) return Cursor::item;
    if (top().kind == Open::record || in_type()) return type_place();
    if (top().kind == Open::map && (last_.kind == Piece::newline || is_one_of(last_.token, {"LBRACE", "COMMA"})))
      return Cursor::key;
    if (is_one_of(last_.token, {"KW_ON", "KW_EXISTING"})) return Cursor::kind;
    return value_may_follow() ? Cursor::value : Cursor::nothing;
  }

  [[nodiscard]] bool wants_block() const { return is_one_of(item().head, {"KW_FOR", "KW_IF"}) && !item().assigned; }

 private:
  [[nodiscard]] const Open& top() const { return open_.back(); }
  Open& top() { return open_.back(); }
  // The block whose item the cursor is in, through all that is open inside of the item.
  [[nodiscard]] const Open& item() const {
    return *std::find_if(open_.rbegin(), open_.rend(), [](const Open& o) { return o.kind == Open::block; });
  }

  [[nodiscard]] bool at_item_start() const {
    return top().kind == Open::block &&
           (!has_last_ || last_.kind == Piece::newline || is_one_of(last_.token, {"LBRACE", "SEMICOLON", "RBRACE"}));
  }

  // `{` after something that wants a value begins one.
  [[nodiscard]] Open::Kind brace() const {
    if (!has_last_ || at_item_start() || value_may_follow() == false) return Open::block;
    if (top().kind == Open::record || in_type()) return Open::record;
    return Open::map;
  }

  [[nodiscard]] bool in_type() const {
    const auto& head = item().head;
    if (head == "KW_TYPE") return item().assigned;
    return is_one_of(head, {"KW_PARAM", "KW_LET", "KW_OUTPUT", "KW_FN"}) && !item().assigned;
  }

  [[nodiscard]] Cursor::Kind type_place() const {
    return is_one_of(last_.token, {"COLON", "PIPE", "LESS", "ASSIGN"}) ? Cursor::type : Cursor::nothing;
  }

  [[nodiscard]] bool value_may_follow() const {
    if (ends_operand(last_)) return false;
    if (last_.kind != Piece::keyword) return true;
    if (last_.token == "KW_ELSE") return item().head == "KW_ASSERT";
    if (last_.token == "KW_FOR") return false;
    return is_one_of(last_.token, {"KW_IN", "KW_IF", "KW_AND", "KW_OR", "KW_NOT", "KW_ASSERT", "KW_EXPECT"});
  }

  std::vector<Open> open_ = {{Open::block}};
  Piece last_;
  bool has_last_ = false;
};

}  // namespace

Cursor cursor_at(const SourceMap& sources, FileId file, std::uint32_t offset) {
  const std::string_view text = sources.file(file).text;
  Cursor out{.begin = offset, .end = offset};
  while (out.begin > 0 && is_name_char(text[out.begin - 1])) --out.begin;
  while (out.end < text.size() && is_name_char(text[out.end])) ++out.end;
  if (out.begin < text.size() && text[out.begin] >= '0' && text[out.begin] <= '9' && out.begin < out.end) return out;
  Walk walk;
  for (const auto& piece : pieces(sources, file)) {
    if (piece.begin >= out.begin) break;
    const bool one_line = piece.kind == Piece::comment && text.substr(piece.begin, 2) == "//";
    const bool in_text = piece.token == "STRING" || piece.token == "STRING_CHARS" || piece.kind == Piece::comment;
    if (in_text && (out.begin < piece.end || (one_line && out.begin == piece.end))) return out;
    walk.step(piece);
  }
  out.place = walk.place();
  out.wants_block = walk.wants_block();
  return out;
}

}  // namespace infra::lsp
