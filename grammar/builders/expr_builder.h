// The parser's contexts → expressions.
#pragma once
#include <optional>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "grammar/ast.h"
#include "grammar/builders/literals.h"
#include "grammar/builders/places.h"
#include "grammar/builders/strings.h"

namespace infra {

class ExprBuilder {
 public:
  // How high a tree of expressions may grow: whoever walks it may recurse.
  static constexpr std::size_t kHighest = 1'000;

  ExprBuilder(const Places& places, std::string_view source, Diagnostics& diagnostics)
      : places_(places),
        literals_(diagnostics),
        strings_(source, places.file(), diagnostics),
        diagnostics_(diagnostics) {}

  ast::ExprPtr expr(P::ExprContext* context);
  ast::ForClause clause(P::ClauseContext* context);
  ast::ExprPtr string(P::StringContext* context);
  // A string where none of its text may be computed: a label, a path, a test's name.
  ast::Name fixed_text(P::StringContext* context, std::string_view what);
  ast::ExprPtr broken(Span span);

 private:
  friend class Fold;
  ast::ExprPtr make(Span span, decltype(ast::Expr::node) node);
  ast::ExprPtr operand(P::OperandContext* context);
  ast::ExprPtr primary(P::OperandContext* context);
  ast::ExprPtr suffixed(ast::ExprPtr object, P::SuffixContext* context);
  ast::ExprPtr literal(P::OperandContext* context);
  std::optional<Value> literal_value(const antlr4::Token* token, bool negative);
  ast::ExprPtr list(P::ListContext* context);
  ast::ExprPtr map(P::MapContext* context);
  ast::MapEntry entry(P::MapEntryContext* context);
  std::vector<ast::ExprPtr> exprs(const std::vector<P::ExprContext*>& contexts);
  ast::ExprPtr interpolation(P::StringContext* context);

  const Places& places_;
  Literals literals_;
  Strings strings_;
  Diagnostics& diagnostics_;
  std::size_t height_ = 0;
};

}  // namespace infra
