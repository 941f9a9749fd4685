// What is this? A name's declaration, a word's documentation, an expression's type and value.
#include <fmt/format.h>

#include "lsp/explain.h"
#include "lsp/lookup.h"
#include "lsp/methods.h"

namespace infra::lsp {
namespace {

Json markdown(const std::string& text, Json range) {
  return {{"contents", {{"kind", "markdown"}, {"value", text}}}, {"range", std::move(range)}};
}

std::string explain_union(const Type& type) { return code_block(to_text(Type::literals(type.members()))); }

std::string explain_word(const Word& word) {
  return std::visit(
      [](const auto& meaning) {
        if constexpr (std::is_same_v<std::decay_t<decltype(meaning)>, Type>)
          return explain_union(meaning);
        else
          return explain(*meaning);
      },
      word.meaning);
}

// The value of the expression that ends with this word: `main.cidr` for `cidr`.
std::string value_behind(const Place& place, Span word) {
  for (const auto& [expr, facts] : place.analysis.index.expressions) {
    if (expr->span.file == word.file && expr->span.end == word.end && expr->span.begin <= word.begin &&
        (std::holds_alternative<ast::Member>(expr->node) || std::holds_alternative<ast::NameRef>(expr->node))) {
      return value_line(&facts);
    }
  }
  return "";
}

std::string with_value(std::string text, const std::string& value) {
  if (!value.empty() && text.find(value) == std::string::npos) text += "\n\n" + value;
  return text;
}

}  // namespace

Answer hover(Session& session, const Json& params) {
  const auto place = session.place(params);
  if (!place) return Json();
  const auto& sources = place->analysis.compiled.sources;
  if (const auto name = name_at(*place)) {
    if (const auto* symbol = symbol_of(place->analysis, name->symbol)) {
      const auto text = explain(*symbol, place->analysis);
      return markdown(with_value(text, value_behind(*place, name->at)), range_json(sources, name->at));
    }
  }
  if (const auto* word = word_at(*place))
    return markdown(with_value(explain_word(*word), value_behind(*place, word->at)), range_json(sources, word->at));
  const auto around = expression_at(*place);
  if (around.expr == nullptr || around.facts->type.is_error()) return Json();
  return markdown(with_value(code_block(to_text(around.facts->type)), value_line(around.facts)),
                  range_json(sources, around.expr->span));
}

}  // namespace infra::lsp
