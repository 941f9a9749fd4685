#include "grammar/builders/expr_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "grammar/builders/precedence.h"

namespace infra {

using ast::ExprPtr;

ExprPtr ExprBuilder::make(Span span, decltype(ast::Expr::node) node) {
  return std::make_unique<ast::Expr>(ast::Expr{.span = span, .node = std::move(node)});
}

ExprPtr ExprBuilder::broken(Span span) { return make(span, ast::Broken{}); }

// Operators that follow one another make a high tree just as brackets do, so they count alike.
ExprPtr ExprBuilder::expr(P::ExprContext* context) {
  const auto growth = context->operators.size() + 1;
  if (height_ + growth > kHighest) {
    diagnostics_.error("E0104", places_.span(context),
                       fmt::format("this expression is too large: more than {} operators within one another", kHighest),
                       "too much for one expression", "give parts of it a name with `let`, or use a list");
    return broken(places_.span(context));
  }
  height_ += growth;
  std::vector<Operand> operands;
  operands.reserve(context->operands.size());
  for (auto* one : context->operands) {
    auto built = operand(one);  // may take a sign away from the prefixes
    operands.push_back({.prefixes = one->prefixes, .expr = std::move(built)});
  }
  auto result = Precedence(places_, diagnostics_, operands, context->operators).fold();
  if (context->yes != nullptr) {
    auto yes = expr(context->yes);
    auto no = expr(context->no);
    const auto span = cover(result->span, no->span);
    result = make(span, ast::Conditional{std::move(result), std::move(yes), std::move(no)});
  }
  height_ -= growth;
  return result;
}

ExprPtr ExprBuilder::operand(P::OperandContext* context) {
  const auto growth = context->suffixes.size() + context->prefixes.size();
  if (height_ + growth > kHighest) {
    diagnostics_.error("E0104", places_.span(context),
                       fmt::format("this expression is too large: more than {} operators within one another", kHighest),
                       "too much for one expression", "give parts of it a name with `let`");
    context->prefixes.clear();  // or they would be folded around what is broken
    return broken(places_.span(context));
  }
  height_ += growth;
  auto result = primary(context);
  for (auto* suffix : context->suffixes) result = suffixed(std::move(result), suffix);
  height_ -= growth;
  return result;
}

ExprPtr ExprBuilder::primary(P::OperandContext* context) {
  if (context->literal != nullptr) return literal(context);
  if (context->name != nullptr) {
    return make(places_.span(context->name), ast::NameRef{std::string(places_.text(context->name))});
  }
  if (context->text != nullptr) return string(context->text);
  if (context->items != nullptr) return list(context->items);
  if (context->entries != nullptr) return map(context->entries);
  auto inner = expr(context->inner);
  inner->span = cover(places_.span(context->open), places_.span(context->close));
  return inner;
}

ExprPtr ExprBuilder::suffixed(ExprPtr object, P::SuffixContext* context) {
  const auto span = cover(object->span, places_.span(context));
  if (context->dot != nullptr) {
    const bool optional = context->dot->getType() == P::OPTIONAL_DOT;
    return make(span, ast::Member{std::move(object), places_.name(context->member), optional});
  }
  if (context->call != nullptr) return make(span, ast::CallExpr{std::move(object), exprs(context->arguments)});
  return make(span, ast::Index{std::move(object), expr(context->index)});
}

ExprPtr ExprBuilder::literal(P::OperandContext* context) {
  const auto* token = context->literal;
  const auto span = places_.span(token);
  // The smallest Int has no positive counterpart, so its sign is read with its digits.
  const bool negative = !context->prefixes.empty() && places_.text(token) == "9223372036854775808";
  auto value = literal_value(token, negative);
  if (!value) return broken(span);
  if (!negative) return make(span, ast::Literal{std::move(*value)});
  const auto sign = places_.span(context->prefixes.back());
  context->prefixes.pop_back();
  return make(cover(sign, span), ast::Literal{std::move(*value)});
}

std::optional<Value> ExprBuilder::literal_value(const antlr4::Token* token, bool negative) {
  const auto span = places_.span(token);
  const auto text = places_.text(token);
  switch (token->getType()) {
    case P::INT:
      return literals_.integer(text, span, negative);
    case P::FLOAT:
      return literals_.floating(text, span);
    case P::QUANTITY:
      return literals_.quantity(text, span);
    case P::PERCENT:
      return literals_.percent(text, span);
    case P::ADDRESS:
      return literals_.address(text, span);
    case P::KW_TRUE:
      return Value(true);
    case P::KW_FALSE:
      return Value(false);
    default:
      return Value();
  }
}

std::vector<ExprPtr> ExprBuilder::exprs(const std::vector<P::ExprContext*>& contexts) {
  std::vector<ExprPtr> out;
  out.reserve(contexts.size());
  for (auto* context : contexts) out.push_back(expr(context));
  return out;
}

ast::ForClause ExprBuilder::clause(P::ClauseContext* context) {
  ast::ForClause out{
      .first = places_.name(context->first), .second = {}, .source = expr(context->source), .condition = {}};
  if (context->second != nullptr) out.second = places_.name(context->second);
  if (context->condition != nullptr) out.condition = expr(context->condition);
  return out;
}

ExprPtr ExprBuilder::list(P::ListContext* context) {
  if (context->over == nullptr) return make(places_.span(context), ast::ListExpr{exprs(context->items)});
  auto over = clause(context->over);
  return make(places_.span(context), ast::ListFor{std::move(over), expr(context->value)});
}

ExprPtr ExprBuilder::map(P::MapContext* context) {
  if (auto* loop = context->comprehension) {
    auto over = clause(loop->over);
    auto key = expr(loop->key);
    return make(places_.span(context), ast::MapFor{std::move(over), std::move(key), expr(loop->value)});
  }
  ast::MapExpr out;
  for (auto* one : context->entries) out.entries.push_back(entry(one));
  for (std::size_t i = 0; i < context->reserved.size(); ++i) {
    out.entries.push_back(
        {.key = places_.name(context->words[i]), .key_expr = {}, .value = expr(context->reserved[i])});
  }
  if (!context->reserved.empty()) {
    std::stable_sort(out.entries.begin(), out.entries.end(),
                     [](const auto& a, const auto& b) { return a.key.span.begin < b.key.span.begin; });
  }
  return make(places_.span(context), std::move(out));
}

ast::MapEntry ExprBuilder::entry(P::MapEntryContext* context) {
  auto* key = context->key;
  ast::MapEntry out{.key = {.text = {}, .span = places_.span(key)}, .key_expr = {}, .value = {}};
  if (key->name != nullptr) {
    out.key = places_.name(key->name);
  } else if (key->text != nullptr) {
    auto text = string(key->text);
    const auto* plain = std::get_if<ast::Literal>(&text->node);
    if (plain != nullptr)
      out.key.text = *plain->value.string();
    else
      out.key_expr = std::move(text);
  } else {
    out.key_expr = expr(key->value);
  }
  out.value = expr(context->value);
  return out;
}

}  // namespace infra
