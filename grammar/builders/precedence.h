// The table of operators, and how a flat row of operands and operators becomes a tree.
#pragma once
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "grammar/ast.h"
#include "grammar/builders/places.h"

namespace infra {

struct Operand {
  std::vector<antlr4::Token*> prefixes;  // "-" and "not", as written
  ast::ExprPtr expr;
};

// Lowest first: ?: (not here), ??, or, and, not, comparisons and in, .., + -, * / %, unary -.
class Precedence {
 public:
  Precedence(const Places& places, Diagnostics& diagnostics, std::vector<Operand>& operands,
             const std::vector<antlr4::Token*>& operators)
      : places_(places), diagnostics_(diagnostics), operands_(operands), operators_(operators) {}

  ast::ExprPtr fold() { return climb(0, 0); }

 private:
  // Operands and operators from `next_` on, as long as the operators bind at least as tightly as `least`.
  ast::ExprPtr climb(int least, std::size_t prefix);
  ast::ExprPtr prefixed(std::size_t prefix);
  ast::ExprPtr binary(const antlr4::Token* op, ast::ExprPtr left, ast::ExprPtr right);
  void check_chain(const antlr4::Token* op);

  const Places& places_;
  Diagnostics& diagnostics_;
  std::vector<Operand>& operands_;
  const std::vector<antlr4::Token*>& operators_;
  std::size_t next_ = 0;  // the operator that is read next; the operand before it has the same index
};

}  // namespace infra
