// What stands at a place: a name, a word of the schema, an expression.
#pragma once
#include "lsp/lsp_session.h"

namespace infra::lsp {

// The name alone, of a use that may have brackets around it.
Span exact(const Analysis& analysis, const Use& use);

struct Named {
  Span at;      // the name at this place
  Span symbol;  // where it is declared
};
std::optional<Named> name_at(const Place& place);
const Symbol* symbol_of(const Analysis& analysis, Span symbol);
// Where it is declared and everywhere that it is used, in order, none twice.
std::vector<Span> occurrences(const Analysis& analysis, Span symbol);

const Word* word_at(const Place& place);
// The innermost expression around a place.
struct Around {
  const ast::Expr* expr = nullptr;
  const ExpressionFacts* facts = nullptr;
};
Around expression_at(const Place& place);

inline bool inside(Span span, FileId file, std::uint32_t offset) {
  return span.file == file && span.begin <= offset && offset <= span.end;
}
inline bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_identifier(std::string_view text);

}  // namespace infra::lsp
