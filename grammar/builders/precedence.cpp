#include "grammar/builders/precedence.h"

#include <fmt/format.h>

namespace infra {
namespace {

constexpr int kCompare = 5;
constexpr int kRange = 6;

int level(std::size_t type) {
  switch (type) {
    case P::COALESCE:
      return 1;
    case P::KW_OR:
      return 2;
    case P::KW_AND:
      return 3;
    case P::DOTDOT:
      return kRange;
    case P::PLUS:
    case P::MINUS:
      return 7;
    case P::STAR:
    case P::SLASH:
    case P::PERCENT_SIGN:
      return 8;
    default:
      return kCompare;
  }
}

// By its type: `&&` was reported and read as `and`.
std::string name_of(const antlr4::Token* op, std::string_view text) {
  switch (op->getType()) {
    case P::KW_AND:
      return "and";
    case P::KW_OR:
      return "or";
    case P::KW_NOT:
      return "not";
    default:
      return std::string(text);
  }
}

}  // namespace

ast::ExprPtr Precedence::climb(int least, std::size_t prefix) {
  auto left = prefixed(prefix);
  while (next_ < operators_.size()) {
    const auto* op = operators_[next_];
    const int here = level(op->getType());
    if (here < least) break;
    ++next_;
    const bool to_the_right = op->getType() == P::COALESCE;
    auto right = climb(to_the_right ? here : here + 1, 0);
    left = binary(op, std::move(left), std::move(right));
    if (here == kCompare || here == kRange) check_chain(op);
  }
  return left;
}

// `not a == b` is `not (a == b)`; `-a * b` is `(-a) * b`.
ast::ExprPtr Precedence::prefixed(std::size_t prefix) {
  auto& operand = operands_[next_];
  if (prefix == operand.prefixes.size()) return std::move(operand.expr);
  const auto* sign = operand.prefixes[prefix];
  auto inner = sign->getType() == P::KW_NOT ? climb(kCompare, prefix + 1) : prefixed(prefix + 1);
  const auto span = cover(places_.span(sign), inner->span);
  return std::make_unique<ast::Expr>(
      ast::Expr{.span = span, .node = ast::Unary{name_of(sign, places_.text(sign)), std::move(inner)}});
}

ast::ExprPtr Precedence::binary(const antlr4::Token* op, ast::ExprPtr left, ast::ExprPtr right) {
  const auto span = cover(left->span, right->span);
  if (op->getType() == P::DOTDOT) {
    return std::make_unique<ast::Expr>(
        ast::Expr{.span = span, .node = ast::RangeExpr{std::move(left), std::move(right)}});
  }
  return std::make_unique<ast::Expr>(ast::Expr{
      .span = span,
      .node = ast::Binary{name_of(op, places_.text(op)), std::move(left), std::move(right), places_.span(op)}});
}

void Precedence::check_chain(const antlr4::Token* op) {
  if (next_ >= operators_.size() || level(operators_[next_]->getType()) != level(op->getType())) return;
  const auto* second = operators_[next_];
  auto& message = diagnostics_.error(
      "E0102", places_.span(second),
      fmt::format("`{}` can't follow `{}`: neither comes first", places_.text(second), places_.text(op)),
      "a second one",
      op->getType() == P::DOTDOT ? "a range has two ends" : "join two comparisons with `and`, or use parentheses");
  message.secondary.push_back({places_.span(op), "the first one"});
}

}  // namespace infra
