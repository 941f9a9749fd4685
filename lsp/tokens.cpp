#include "lsp/tokens.h"

#include <algorithm>
#include <array>

#include "base/diagnostics/diagnostic.h"
#include "grammar/scan/scanner.h"

namespace infra::lsp {
namespace {

Piece::Kind kind_by_name(const std::string& name) {
  if (name == "NAME") return Piece::name;
  if (name == "NEWLINE") return Piece::newline;
  if (name == "INT" || name == "FLOAT" || name == "QUANTITY" || name == "PERCENT" || name == "ADDRESS")
    return Piece::number;
  if (name == "REGEX" || name.starts_with("STRING") || name.starts_with("TEXT"))
    return name.ends_with("INTERPOLATION") ? Piece::sign : Piece::string;
  return name.starts_with("KW_") ? Piece::keyword : Piece::sign;
}

struct TokenType {
  std::string name;
  Piece::Kind kind = Piece::sign;
};

const std::array<TokenType, 256>& token_types() {
  static const std::array<TokenType, 256> kAll = [] {
    std::array<TokenType, 256> all;
    for (std::size_t type = 1; type < kEndOfFile; ++type) {
      all[type].name = token_name({.type = static_cast<std::uint8_t>(type)});
      all[type].kind = kind_by_name(all[type].name);
    }
    return all;
  }();
  return kAll;
}

// Between two tokens stand blanks and comments.
void add_comments(std::string_view text, std::uint32_t begin, std::uint32_t end, std::vector<Piece>& out) {
  for (auto at = begin; at + 1 < end;) {
    const auto two = text.substr(at, 2);
    if (two != "//" && two != "/*") {
      ++at;
      continue;
    }
    const auto stop = two == "//" ? text.find('\n', at) : text.find("*/", at + 2);
    auto past = stop == std::string_view::npos ? end : static_cast<std::uint32_t>(two == "//" ? stop : stop + 2);
    past = std::min(past, end);
    out.push_back({Piece::comment, at, past, "COMMENT"});
    at = past;
  }
}

}  // namespace

std::vector<Piece> pieces(const SourceMap& sources, FileId file) {
  Diagnostics ignored;
  const auto tokens = scan(sources, file, ignored);
  std::vector<Piece> out;
  if (!tokens) return out;
  const std::string_view text = sources.file(file).text;
  std::uint32_t last = 0;
  for (const auto& token : tokens->all) {
    if (token.begin > last) add_comments(text, last, token.begin, out);
    const auto& type = token_types()[token.type];
    if (token.type != kEndOfFile && token.begin >= last) out.push_back({type.kind, token.begin, token.end, type.name});
    last = std::max(last, token.end);
  }
  return out;
}

}  // namespace infra::lsp
