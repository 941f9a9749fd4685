// The parser's contexts → types.
#pragma once
#include "grammar/ast.h"
#include "grammar/builders/expr_builder.h"
#include "grammar/builders/places.h"

namespace infra {

class TypeBuilder {
 public:
  TypeBuilder(const Places& places, ExprBuilder& exprs) : places_(places), exprs_(exprs) {}

  ast::TypePtr type(P::TypeExprContext* context);

 private:
  ast::TypePtr make(Span span, decltype(ast::TypeExpr::node) node);
  ast::TypePtr member(P::TypeMemberContext* context);
  ast::TypePtr core(P::TypeMemberContext* context);
  ast::TypePtr named(P::TypeMemberContext* context);
  ast::TypePtr refined(ast::TypePtr base, P::RefinementContext* context);
  ast::TypePtr record(P::RecordContext* context);

  const Places& places_;
  ExprBuilder& exprs_;
};

}  // namespace infra
