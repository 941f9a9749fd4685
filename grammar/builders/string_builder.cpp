// The part of ExprBuilder that reads strings.
#include <fmt/format.h>

#include "grammar/builders/expr_builder.h"

namespace infra {

using ast::ExprPtr;

ExprPtr ExprBuilder::string(P::StringContext* context) {
  if (context->plain == nullptr) return interpolation(context);
  const auto span = places_.span(context->plain);
  if (places_.scanned(context->plain).repaired && places_.text(context->plain).front() != '"') return broken(span);
  return make(span, ast::Literal{strings_.decode(span.begin + 1, span.end - 1)});
}

// Texts and values in turn: text value text … text, where a text may be empty.
ExprPtr ExprBuilder::interpolation(P::StringContext* context) {
  const bool multi_line = context->open->getType() == P::TEXT_OPEN;
  const auto open = places_.span(context->open);
  std::vector<Span> texts = {{open.file, open.end, open.end}};
  std::vector<P::ExprContext*> values;
  for (auto* part : context->parts) {
    const auto span = places_.span(part);
    if (part->chars != nullptr) {
      texts.back().end = span.end;
      continue;
    }
    values.push_back(part->value);
    texts.push_back({open.file, span.end, span.end});
  }
  const auto margin = multi_line ? strings_.strip_margin(texts) : 0;

  ast::Interpolation out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto text = strings_.decode(texts[i].begin, texts[i].end, margin);
    if (values.empty()) return make(places_.span(context), ast::Literal{std::move(text)});
    if (!text.empty()) out.parts.push_back(make(texts[i], ast::Literal{std::move(text)}));
    if (i < values.size()) out.parts.push_back(expr(values[i]));
  }
  return make(places_.span(context), std::move(out));
}

ast::Name ExprBuilder::fixed_text(P::StringContext* context, std::string_view what) {
  const auto text = string(context);
  if (const auto* literal = std::get_if<ast::Literal>(&text->node)) {
    return {.text = *literal->value.string(), .span = text->span};
  }
  if (std::holds_alternative<ast::Interpolation>(text->node)) {
    diagnostics_.error("E0102", text->span, fmt::format("{} is fixed text", what), "`${}` isn't allowed here",
                       "write the text itself");
  }
  return {.text = std::string(places_.text(text->span)), .span = text->span};
}

}  // namespace infra
