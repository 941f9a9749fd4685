#include "compiler/walk.h"

#include "base/overloaded.h"

namespace infra {

void each_part(const ast::Expr& e, const std::function<void(const ast::Expr&)>& visit) {
  auto maybe = [&](const ast::ExprPtr& part) {
    if (part) visit(*part);
  };
  auto all = [&](const std::vector<ast::ExprPtr>& parts) {
    for (const auto& part : parts) maybe(part);
  };
  auto clause = [&](const ast::ForClause& c) {
    maybe(c.source);
    maybe(c.condition);
  };
  std::visit(Overloaded{
                 [&](const ast::Interpolation& i) { all(i.parts); }, [&](const ast::Member& m) { maybe(m.object); },
                 [&](const ast::Index& i) {
                   maybe(i.object);
                   maybe(i.index);
                 },
                 [&](const ast::CallExpr& c) {
                   maybe(c.function);
                   all(c.arguments);
                 },
                 [&](const ast::Unary& u) { maybe(u.operand); },
                 [&](const ast::Binary& b) {
                   maybe(b.left);
                   maybe(b.right);
                 },
                 [&](const ast::Conditional& c) {
                   maybe(c.condition);
                   maybe(c.yes);
                   maybe(c.no);
                 },
                 [&](const ast::RangeExpr& r) {
                   maybe(r.low);
                   maybe(r.high);
                 },
                 [&](const ast::ListExpr& l) { all(l.items); },
                 [&](const ast::MapExpr& m) {
                   for (const auto& entry : m.entries) {
                     maybe(entry.key_expr);
                     maybe(entry.value);
                   }
                 },
                 [&](const ast::ListFor& l) {
                   clause(l.clause);
                   maybe(l.item);
                 },
                 [&](const ast::MapFor& m) {
                   clause(m.clause);
                   maybe(m.key);
                   maybe(m.value);
                 },
                 [](const auto&) {},  // literals, names, what couldn't be parsed
             },
             e.node);
}

}  // namespace infra
