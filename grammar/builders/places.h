// From the parser's tokens and contexts back to the file.
#pragma once
#include <InfraParser.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/sources/source.h"
#include "grammar/ast.h"
#include "grammar/scan/token.h"
#include "grammar/scan/token_stream.h"

namespace infra {

using P = antlr::InfraParser;

class Places {
 public:
  Places(const SourceFile& source, FileId file, const Tokens& tokens)
      : text_(source.text), file_(file), tokens_(tokens) {}

  [[nodiscard]] Span span(const antlr4::Token* token) const {
    const auto& t = static_cast<const antlr::StreamToken&>(*token);
    return {file_, t.begin, t.end};
  }
  [[nodiscard]] Span span(const antlr4::ParserRuleContext* context) const {
    return {file_, span(context->start).begin, span(context->stop).end};
  }
  [[nodiscard]] std::string_view text(Span span) const { return text_.substr(span.begin, span.end - span.begin); }
  [[nodiscard]] std::string_view text(const antlr4::Token* token) const { return text(span(token)); }
  [[nodiscard]] ast::Name name(const antlr4::Token* token) const {
    return {.text = std::string(text(token)), .span = span(token)};
  }
  [[nodiscard]] ast::Name name(const antlr4::ParserRuleContext* context) const { return name(context->start); }
  // What the scanner knows of a token; behind the last one there is only the end of the file.
  [[nodiscard]] const Token& scanned(const antlr4::Token* token) const { return scanned(token->getTokenIndex()); }
  [[nodiscard]] const Token& scanned(std::size_t index) const {
    return tokens_.all[std::min(index, tokens_.all.size() - 1)];
  }
  [[nodiscard]] Span span(const Token& token) const { return {file_, token.begin, token.end}; }
  [[nodiscard]] std::string doc(const antlr4::Token* token) const;
  [[nodiscard]] FileId file() const { return file_; }

 private:
  std::string_view text_;
  FileId file_;
  const Tokens& tokens_;
};

// From the beginning of `a` to the end of `b`.
inline Span cover(Span a, Span b) { return {a.file, a.begin, b.end}; }

}  // namespace infra
