#include "grammar/move_spans.h"

namespace infra {
namespace {

// One overload for each node of the tree: all of its spans, and all nodes below it.
class Moving {
 public:
  explicit Moving(std::int64_t by) : by_(by) {}

  void move(ast::Item& item) {
    move(item.span);
    move(item.whole);
    std::visit([this](auto& node) { move(node); }, item.node);
  }

 private:
  void move(Span& span) {
    if (!span.somewhere()) return;
    span.begin = static_cast<std::uint32_t>(span.begin + by_);
    span.end = static_cast<std::uint32_t>(span.end + by_);
  }
  void move(ast::Name& name) { move(name.span); }
  template <class T>
  void move(std::optional<T>& part) {
    if (part) move(*part);
  }
  template <class T>
  void move(std::vector<T>& parts) {
    for (auto& part : parts) move(part);
  }
  void move(std::pair<ast::Name, ast::TypePtr>& field) { all(field.first, field.second); }
  template <class... Parts>
  void all(Parts&... parts) {
    (move(parts), ...);
  }

  void move(ast::ExprPtr& expr) {
    if (expr == nullptr) return;
    move(expr->span);
    std::visit([this](auto& node) { move(node); }, expr->node);
  }
  void move(ast::Literal&) {}
  void move(ast::NameRef&) {}
  void move(ast::Broken&) {}
  void move(ast::Interpolation& e) { move(e.parts); }
  void move(ast::Member& e) { all(e.object, e.name); }
  void move(ast::Index& e) { all(e.object, e.index); }
  void move(ast::CallExpr& e) { all(e.function, e.arguments); }
  void move(ast::Unary& e) { move(e.operand); }
  void move(ast::Binary& e) { all(e.left, e.right, e.op_span); }
  void move(ast::Conditional& e) { all(e.condition, e.yes, e.no); }
  void move(ast::RangeExpr& e) { all(e.low, e.high); }
  void move(ast::ListExpr& e) { move(e.items); }
  void move(ast::MapEntry& e) { all(e.key, e.key_expr, e.value); }
  void move(ast::MapExpr& e) { move(e.entries); }
  void move(ast::ForClause& c) { all(c.first, c.second, c.source, c.condition); }
  void move(ast::ListFor& e) { all(e.clause, e.item); }
  void move(ast::MapFor& e) { all(e.clause, e.key, e.value); }

  void move(ast::TypePtr& type) {
    if (type == nullptr) return;
    move(type->span);
    std::visit([this](auto& node) { move(node); }, type->node);
  }
  void move(ast::TypeName& t) { move(t.arguments); }
  void move(ast::TypeLiteral&) {}
  void move(ast::TypeUnion& t) { move(t.members); }
  void move(ast::TypeOptional& t) { move(t.inner); }
  void move(ast::TypeRecord& t) { move(t.fields); }
  void move(ast::TypeRefined& t) { all(t.base, t.range, t.argument); }

  void move(ast::Assign& i) { all(i.name, i.value); }
  void move(ast::BlockItem& i) { all(i.kind, i.label, i.items); }
  void move(ast::For& i) { all(i.clause, i.items); }
  void move(ast::If& i) { all(i.condition, i.then_items, i.else_items); }
  void move(ast::Stack& i) { move(i.name); }
  void move(ast::Param& i) { all(i.name, i.type, i.fallback); }
  void move(ast::Let& i) { all(i.name, i.type, i.value); }
  void move(ast::FnParam& p) { all(p.name, p.type); }
  void move(ast::Fn& i) { all(i.name, i.parameters, i.result, i.body); }
  void move(ast::TypeDecl& i) { all(i.name, i.type); }
  void move(ast::Output& i) { all(i.name, i.type, i.value); }
  void move(ast::Use& i) { all(i.path_span, i.alias); }
  void move(ast::Assert& i) { all(i.condition, i.message); }
  void move(ast::Policy& i) { all(i.name, i.kind, i.variable, i.items); }
  void move(ast::Test& i) { all(i.name_span, i.items); }
  void move(ast::With& i) { move(i.items); }
  void move(ast::Expect& i) { move(i.condition); }
  void move(ast::Rejects& i) { all(i.code, i.items); }

  std::int64_t by_;
};

}  // namespace

void move_spans(ast::Item& item, std::int64_t by) { Moving(by).move(item); }

}  // namespace infra
