// Which of its uses a token has, read from the tree.
#include <InfraLexer.h>

#include <algorithm>

#include "grammar/format/format_pieces.h"

#include "base/overloaded.h"

namespace infra::formatting {
namespace {

using T = antlr::InfraLexer;

class Reader {
 public:
  explicit Reader(const std::vector<Token>& tokens) : tokens_(tokens), roles_(tokens.size(), Role::plain) {}
  std::vector<Role> run(const ast::File& file) {
    items(file.items);
    return std::move(roles_);
  }

 private:
  [[nodiscard]] std::size_t index(std::uint32_t offset) const {
    const auto at = std::lower_bound(tokens_.begin(), tokens_.end(), offset,
                                     [](const Token& token, std::uint32_t o) { return token.begin < o; });
    return static_cast<std::size_t>(at - tokens_.begin());
  }
  // The first token of this type at or after a place: parentheses around the part before it may come first.
  void mark(std::uint8_t type, std::uint32_t offset, Role role) {
    for (auto i = index(offset); i < tokens_.size(); ++i) {
      if (tokens_[i].type != type) continue;
      roles_[i] = role;
      return;
    }
  }
  void mark_types(Span span, bool types);

  void items(const ast::Items& all) {
    for (const auto& one : all) item(one);
  }
  void item(const ast::Item& item);
  void block(const ast::BlockItem& block);
  void clause(const ast::ForClause& clause) {
    expr(clause.source);
    expr(clause.condition);
  }
  void defined(const ast::TypePtr& of, const ast::ExprPtr& value) {
    type(of);
    expr(value);
  }
  void expr(const ast::ExprPtr& expr);
  void exprs(const std::vector<ast::ExprPtr>& all) {
    for (const auto& one : all) expr(one);
  }
  void map(Span span, const ast::MapExpr& map);
  void type(const ast::TypePtr& type) {
    if (type == nullptr) return;
    mark_types(type->span, true);
    inside(*type);
  }
  void inside(const ast::TypeExpr& type);

  const std::vector<Token>& tokens_;
  std::vector<Role> roles_;
};

// Within a type `<` is a bracket and `?` a suffix; within the values of a refinement they are not.
void Reader::mark_types(Span span, bool types) {
  for (auto i = index(span.begin); i < tokens_.size() && tokens_[i].begin < span.end; ++i) {
    const auto type = tokens_[i].type;
    if (type == T::LESS || type == T::GREATER) roles_[i] = types ? Role::type : Role::plain;
    if (type == T::QUESTION) roles_[i] = types ? Role::optional : Role::plain;
    if (type == T::LBRACE) roles_[i] = types ? Role::map : Role::plain;
  }
}

void Reader::inside(const ast::TypeExpr& type) {
  std::visit(Overloaded{
                 [&](const ast::TypeName& t) {
                   for (const auto& one : t.arguments) inside(*one);
                 },
                 [](const ast::TypeLiteral&) {},
                 [&](const ast::TypeUnion& t) {
                   for (const auto& one : t.members) inside(*one);
                 },
                 [&](const ast::TypeOptional& t) { inside(*t.inner); },
                 [&](const ast::TypeRecord& t) {
                   for (const auto& [name, of] : t.fields) inside(*of);
                 },
                 [&](const ast::TypeRefined& t) {
                   mark(T::LPAREN, t.base->span.end, Role::call);
                   inside(*t.base);
                   if (t.range != nullptr) mark_types(t.argument, false);
                   expr(t.range);
                 },
             },
             type.node);
}

void Reader::block(const ast::BlockItem& block) {
  if (block.label) {
    const auto i = index(block.label->span.begin);
    if (tokens_[i].type == T::STRING) roles_[i] = Role::label;
  }
  items(block.items);
}

void Reader::item(const ast::Item& item) {
  std::visit(Overloaded{
                 [&](const ast::Assign& a) { expr(a.value); },
                 [&](const ast::BlockItem& b) { block(b); },
                 [&](const ast::For& f) {
                   clause(f.clause);
                   items(f.items);
                 },
                 [&](const ast::If& i) {
                   expr(i.condition);
                   items(i.then_items);
                   items(i.else_items);
                 },
                 [](const ast::Stack&) {},
                 [&](const ast::Param& p) { defined(p.type, p.fallback); },
                 [&](const ast::Let& l) { defined(l.type, l.value); },
                 [&](const ast::Fn& f) {
                   mark(T::LPAREN, f.name.span.end, Role::call);
                   for (const auto& p : f.parameters) type(p.type);
                   defined(f.result, f.body);
                 },
                 [&](const ast::TypeDecl& t) { type(t.type); },
                 [&](const ast::Output& o) { defined(o.type, o.value); },
                 [](const ast::Use&) {},
                 [&](const ast::Assert& a) {
                   expr(a.condition);
                   expr(a.message);
                 },
                 [&](const ast::Policy& p) { items(p.items); },
                 [&](const ast::Test& t) { items(t.items); },
                 [&](const ast::With& w) { items(w.items); },
                 [&](const ast::Expect& e) { expr(e.condition); },
                 [&](const ast::Rejects& r) { items(r.items); },
             },
             item.node);
}

void Reader::map(Span span, const ast::MapExpr& map) {
  mark(T::LBRACE, span.begin, Role::map);
  for (const auto& entry : map.entries) {
    expr(entry.key_expr);
    expr(entry.value);
  }
}

void Reader::expr(const ast::ExprPtr& e) {
  if (e == nullptr) return;
  const auto begin = e->span.begin;
  std::visit(Overloaded{
                 [&](const ast::Literal& l) {
                   const auto* number = l.value.integer();
                   if (number != nullptr && *number < 0) mark(T::MINUS, begin, Role::sign);
                 },
                 [](const ast::Interpolation&) {},  // strings stay as they are
                 [](const ast::NameRef&) {},
                 [&](const ast::Member& m) { expr(m.object); },
                 [&](const ast::Index& i) {
                   mark(T::LBRACKET, i.object->span.end, Role::index);
                   expr(i.object);
                   expr(i.index);
                 },
                 [&](const ast::CallExpr& c) {
                   mark(T::LPAREN, c.function->span.end, Role::call);
                   expr(c.function);
                   exprs(c.arguments);
                 },
                 [&](const ast::Unary& u) {
                   if (u.op == "-") mark(T::MINUS, begin, Role::sign);
                   expr(u.operand);
                 },
                 [&](const ast::Binary& b) {
                   expr(b.left);
                   expr(b.right);
                 },
                 [&](const ast::Conditional& c) {
                   mark(T::QUESTION, c.condition->span.end, Role::choice);
                   mark(T::COLON, c.yes->span.end, Role::choice);
                   expr(c.condition);
                   expr(c.yes);
                   expr(c.no);
                 },
                 [&](const ast::RangeExpr& r) {
                   expr(r.low);
                   expr(r.high);
                 },
                 [&](const ast::ListExpr& l) { exprs(l.items); },
                 [&](const ast::MapExpr& m) { map(e->span, m); },
                 [&](const ast::ListFor& l) {
                   mark(T::LBRACKET, begin, Role::comprehension);
                   clause(l.clause);
                   expr(l.item);
                 },
                 [&](const ast::MapFor& m) {
                   mark(T::LBRACE, begin, Role::comprehension);
                   clause(m.clause);
                   expr(m.key);
                   expr(m.value);
                 },
                 [](const ast::Broken&) {},
             },
             e->node);
}

}  // namespace

std::vector<Role> roles_of(const ast::File& file, const Tokens& tokens) { return Reader(tokens.all).run(file); }

}  // namespace infra::formatting
