// Colours by meaning: what a name stands for, which the compiler knows and a pattern doesn't.
#include <unordered_map>

#include "lsp/lookup.h"
#include "lsp/methods.h"
#include "lsp/tokens.h"

namespace infra::lsp {
namespace {

enum Colour {
  keyword,
  class_,
  property,
  variable,
  parameter,
  function,
  type,
  string,
  number,
  enum_member,
  comment,
  none
};
constexpr const char* kColours[] = {"keyword", "class",  "property", "variable",   "parameter", "function",
                                    "type",    "string", "number",   "enumMember", "comment"};
constexpr const char* kModifiers[] = {"declaration", "readonly", "defaultLibrary"};
constexpr unsigned kDeclaration = 1, kReadonly = 2, kLibrary = 4;

struct Paint {
  Colour colour = none;
  unsigned modifiers = 0;
};

Paint paint_of(const Symbol& symbol) {
  switch (symbol.kind) {
    case SymbolKind::param:
      return {parameter, kReadonly};
    case SymbolKind::function:
      return {function, 0};
    case SymbolKind::type:
      return {type, 0};
    case SymbolKind::declaration:
    case SymbolKind::label:
      return {variable, 0};
    default:
      return {variable, kReadonly};
  }
}

Paint paint_of(const WordMeaning& meaning) {
  if (std::holds_alternative<const Attribute*>(meaning)) return {property, 0};
  if (std::holds_alternative<const Function*>(meaning)) return {function, kLibrary};
  if (std::holds_alternative<Type>(meaning)) return {enum_member, 0};
  return {class_, kLibrary};
}

// By where the name begins.
std::unordered_map<std::uint32_t, Paint> paint_names(const Place& place) {
  std::unordered_map<std::uint32_t, Paint> out;
  const auto& index = place.analysis.index;
  for (const auto& word : index.words) {
    if (word.at.file == place.file) out[word.at.begin] = paint_of(word.meaning);
  }
  for (const auto& use : index.uses) {
    const auto* symbol = use.at.file == place.file ? symbol_of(place.analysis, use.symbol) : nullptr;
    if (symbol != nullptr) out[exact(place.analysis, use).begin] = paint_of(*symbol);
  }
  for (const auto& [span, symbol] : index.symbols) {
    if (span.file != place.file) continue;
    auto paint = paint_of(symbol);
    paint.modifiers |= kDeclaration;
    out[span.begin] = paint;
  }
  return out;
}

Paint paint_of(const Piece& piece, const std::unordered_map<std::uint32_t, Paint>& names) {
  const auto named = names.find(piece.begin);
  switch (piece.kind) {
    case Piece::name:
      return named != names.end() ? named->second : Paint();
    case Piece::keyword:  // every keyword is also a name where that is unambiguous
      return named != names.end() ? named->second : Paint{keyword, 0};
    case Piece::number:
      return {number, 0};
    case Piece::string:
      return {string, 0};
    case Piece::comment:
      return {comment, 0};
    default:
      return {};
  }
}

// The protocol counts from the token before, and a token doesn't go over the end of its line.
class Writer {
 public:
  explicit Writer(const SourceFile& source) : source_(source) {}

  void add(std::uint32_t begin, std::uint32_t end, Paint paint) {
    const std::string_view all = source_.text;
    while (begin < end) {
      const auto line_end = std::min<std::size_t>(all.find('\n', begin), end);
      auto text = all.substr(begin, line_end - begin);
      while (text.ends_with('\r')) text.remove_suffix(1);
      if (!text.empty()) add_on_line(begin, text, paint);
      begin = static_cast<std::uint32_t>(line_end) + 1;
    }
  }
  Json take() { return std::move(data_); }

 private:
  void add_on_line(std::uint32_t begin, std::string_view text, Paint paint) {
    const auto at = position_of(source_, begin);
    const bool same_line = at.line == last_.line;
    data_.push_back(at.line - last_.line);
    data_.push_back(same_line ? at.character - last_.character : at.character);
    data_.push_back(utf16_length(text));
    data_.push_back(static_cast<int>(paint.colour));
    data_.push_back(paint.modifiers);
    last_ = at;
  }

  const SourceFile& source_;
  Position last_;
  Json data_ = Json::array();
};

}  // namespace

Json semantic_legend() { return {{"tokenTypes", kColours}, {"tokenModifiers", kModifiers}}; }

Answer semantic_tokens(Session& session, const Json& params) {
  const auto place = session.place(params);
  if (!place) return Json{{"data", Json::array()}};
  const auto names = paint_names(*place);
  Writer writer(place->source());
  for (const auto& piece : pieces(place->analysis.compiled.sources, place->file)) {
    if (const auto paint = paint_of(piece, names); paint.colour != none) writer.add(piece.begin, piece.end, paint);
  }
  return Json{{"data", writer.take()}};
}

}  // namespace infra::lsp
