// The parser's contexts → items.
#pragma once
#include <optional>

#include "grammar/ast.h"
#include "grammar/builders/expr_builder.h"
#include "grammar/builders/places.h"
#include "grammar/builders/type_builder.h"

namespace infra {

class ItemBuilder {
 public:
  ItemBuilder(const Places& places, std::string_view source, Diagnostics& diagnostics)
      : places_(places), diagnostics_(diagnostics), exprs_(places, source, diagnostics), types_(places, exprs_) {}

  // Nothing if it couldn't be parsed and not even its name is known.
  std::optional<ast::Item> line(P::LineContext* context);

 private:
  using Node = decltype(ast::Item::node);
  ast::Items block(P::BlockContext* context);
  ast::Item item(P::ItemContext* context);
  Node statement(P::ItemContext* context, Span& header);
  std::optional<ast::Item> broken(P::LineContext* context);

  Node rest(const antlr4::Token* word, P::RestContext* context, Span& header);
  Node plain(P::ItemContext* context, Span& header);
  Node stack(P::StackItemContext* context, Span& header);
  Node param(P::ParamItemContext* context, Span& header);
  Node let(P::LetItemContext* context, Span& header);
  Node alias(P::TypeItemContext* context, Span& header);
  Node fn(P::FnItemContext* context, Span& header);
  Node use(P::UseItemContext* context, Span& header);
  Node output(P::OutputItemContext* context, Span& header);
  Node assertion(P::AssertItemContext* context, Span& header);
  Node policy(P::PolicyItemContext* context, Span& header);
  Node test(P::TestItemContext* context, Span& header);
  Node with(P::WithItemContext* context, Span& header);
  Node expect(P::ExpectItemContext* context, Span& header);
  Node rejects(P::RejectsItemContext* context, Span& header);
  Node existing(P::ExistingItemContext* context, Span& header);
  Node loop(P::ForItemContext* context, Span& header);
  Node condition(P::IfItemContext* context, Span& header);
  void otherwise(ast::If& first, P::IfItemContext* context);

  ast::Name label(P::LabelContext* context);
  ast::ExprPtr value(P::ExprContext* context) { return context == nullptr ? nullptr : exprs_.expr(context); }
  ast::TypePtr type(P::TypeExprContext* context) { return context == nullptr ? nullptr : types_.type(context); }
  ast::Name named(P::AnyNameContext* context, Span& header);

  const Places& places_;
  Diagnostics& diagnostics_;
  ExprBuilder exprs_;
  TypeBuilder types_;
};

}  // namespace infra
