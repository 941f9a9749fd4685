// What is written as a constant where it is used: 64MiB, "web:1", `bridge`. Only that may be replaced by the fix of a
// check, which knows a value and not how it came about: a param, a `let`, or a branch for one environment would be
// overwritten for all of them.
#pragma once
#include <set>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "compiler/names/compilation_units.h"

namespace infra {

class Constants {
 public:
  explicit Constants(const Unit& stack);  // with its modules
  // Insertions replace nothing.
  [[nodiscard]] bool allow(const std::vector<Edit>& edits) const;

 private:
  void add(const Unit& unit);
  void add(const ast::Items& items, const Meanings& meanings);
  void add(const ast::Expr& e, const Meanings& meanings);

  std::set<Span> spans_;
  std::set<const Unit*> seen_;
};

}  // namespace infra
