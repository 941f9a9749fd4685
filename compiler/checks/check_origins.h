// Where a value that is wrong comes from: a message stands at its use, and a param or `let` may be far from that.
#pragma once
#include <map>

#include "base/diagnostics/diagnostic.h"
#include "base/values/value.h"
#include "compiler/names/compilation_units.h"

namespace infra {

class Origins {
 public:
  // `params`: the values of this run by name.
  Origins(const Unit& stack, const Value& params);
  // Adds a label at the `let` or param that the value is, and at each param without content that it is made of.
  void explain(Diagnostic& diagnostic) const;

 private:
  void add(const ast::Items& items);
  void add(const ast::Expr& e);
  void name(const ast::Expr& e, int depth, Diagnostic& diagnostic) const;
  void empties(const ast::Expr& e, Diagnostic& diagnostic) const;

  const Unit& stack_;
  const Value& params_;
  std::map<Span, const ast::Expr*> uses_;  // values of attributes, and elements of lists and maps
};

Diagnostics with_origins(const Diagnostics& diagnostics, const Unit& stack, const Value& params);

}  // namespace infra
