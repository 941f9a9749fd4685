// infra show ast: a line for each node, its place first, what belongs to it indented below.
#include <fmt/format.h>

#include "base/overloaded.h"
#include "base/values/codec.h"
#include "grammar/parser.h"

namespace infra {
namespace {

class Dump {
 public:
  Dump(const SourceMap& sources, FileId file) : sources_(sources), file_(file) {}

  std::string file(const ast::File& file) {
    items(file.items);
    return std::move(out_);
  }

 private:
  void line(Span span, const std::string& text) {
    const auto place = sources_.locate(file_, span.begin);
    out_ += fmt::format("{:{}}{}:{} {}\n", "", 2 * depth_, place.line, place.column, text);
  }
  template <class F>
  void below(F&& body) {
    ++depth_;
    body();
    --depth_;
  }
  void part(const std::string& text) { out_ += fmt::format("{:{}}{}\n", "", 2 * depth_, text); }
  void doc(const std::string& text) {
    if (!text.empty()) below([&] { part(fmt::format("doc {}", json_quote(text))); });
  }

  void items(const ast::Items& all) {
    for (const auto& one : all) item(one);
  }
  void item(const ast::Item& item);
  void header(Span span, std::string_view what, const ast::Name& name) {
    line(span, fmt::format("{} {}", what, name.text));
  }
  void defined(Span span, std::string_view what, const ast::Name& name, const std::string& text, const ast::TypePtr& t,
               const ast::ExprPtr& value);
  void function(Span span, const ast::Fn& fn);
  void conditional(Span span, const ast::If& branches);
  void clause(const ast::ForClause& clause);
  void expr(const ast::ExprPtr& expr);
  void map(Span span, const ast::MapExpr& map);
  void type(const ast::TypePtr& type);
  void refined(Span span, const ast::TypeRefined& type);
  void exprs(const std::vector<ast::ExprPtr>& all) {
    for (const auto& one : all) expr(one);
  }
  void types(const std::vector<ast::TypePtr>& all) {
    for (const auto& one : all) type(one);
  }

  const SourceMap& sources_;
  FileId file_;
  std::string out_;
  std::size_t depth_ = 0;
};

void Dump::item(const ast::Item& item) {
  const auto span = item.span;
  const auto block = [&](const ast::Items& all) { below([&] { items(all); }); };
  std::visit(Overloaded{
                 [&](const ast::Assign& a) {
                   header(span, "assign", a.name);
                   below([&] { expr(a.value); });
                 },
                 [&](const ast::BlockItem& b) {
                   line(span, fmt::format("{}block {}{}", b.existing ? "existing " : "", b.kind.text,
                                          b.label ? " " + json_quote(b.label->text) : ""));
                   doc(b.doc);
                   block(b.items);
                 },
                 [&](const ast::For& f) {
                   line(span, "for");
                   below([&] {
                     clause(f.clause);
                     items(f.items);
                   });
                 },
                 [&](const ast::If& i) { conditional(span, i); },
                 [&](const ast::Stack& s) { line(span, fmt::format("stack {}", json_quote(s.name.text))); },
                 [&](const ast::Param& p) { defined(span, "param", p.name, p.doc, p.type, p.fallback); },
                 [&](const ast::Let& l) { defined(span, "let", l.name, l.doc, l.type, l.value); },
                 [&](const ast::Fn& f) { function(span, f); },
                 [&](const ast::TypeDecl& t) { defined(span, "type", t.name, t.doc, t.type, nullptr); },
                 [&](const ast::Output& o) { defined(span, "output", o.name, o.doc, o.type, o.value); },
                 [&](const ast::Use& u) { line(span, fmt::format("use {} as {}", json_quote(u.path), u.alias.text)); },
                 [&](const ast::Assert& a) {
                   line(span, "assert");
                   below([&] {
                     expr(a.condition);
                     expr(a.message);
                   });
                 },
                 [&](const ast::Policy& p) {
                   line(span, fmt::format("policy {} on {} {}", p.name.text, p.kind.text, p.variable.text));
                   doc(p.doc);
                   block(p.items);
                 },
                 [&](const ast::Test& t) {
                   line(span, fmt::format("test {}", json_quote(t.name)));
                   block(t.items);
                 },
                 [&](const ast::With& w) {
                   line(span, "with");
                   block(w.items);
                 },
                 [&](const ast::Expect& e) {
                   line(span, "expect");
                   below([&] { expr(e.condition); });
                 },
                 [&](const ast::Rejects& r) {
                   header(span, "rejects", r.code);
                   block(r.items);
                 },
             },
             item.node);
}

void Dump::defined(Span span, std::string_view what, const ast::Name& name, const std::string& text,
                   const ast::TypePtr& t, const ast::ExprPtr& value) {
  header(span, what, name);
  doc(text);
  below([&] {
    type(t);
    expr(value);
  });
}

void Dump::function(Span span, const ast::Fn& fn) {
  header(span, "fn", fn.name);
  doc(fn.doc);
  below([&] {
    for (const auto& parameter : fn.parameters) {
      header(parameter.name.span, "parameter", parameter.name);
      below([&] { type(parameter.type); });
    }
    type(fn.result);
    expr(fn.body);
  });
}

void Dump::conditional(Span span, const ast::If& branches) {
  line(span, "if");
  below([&] {
    expr(branches.condition);
    items(branches.then_items);
  });
  if (branches.else_items.empty()) return;
  part("else");
  below([&] { items(branches.else_items); });
}

void Dump::clause(const ast::ForClause& clause) {
  header(clause.first.span, "variable", clause.first);
  if (clause.second) header(clause.second->span, "variable", *clause.second);
  expr(clause.source);
  if (!clause.condition) return;
  part("where");
  below([&] { expr(clause.condition); });
}

void Dump::expr(const ast::ExprPtr& e) {
  if (!e) return;
  const auto span = e->span;
  const auto node = [&](const std::string& text, auto&&... parts) {
    line(span, text);
    below([&] { (expr(parts), ...); });
  };
  std::visit(
      Overloaded{
          [&](const ast::Literal& l) { line(span, fmt::format("{} {}", type_name(l.value), to_source(l.value))); },
          [&](const ast::Interpolation& i) {
            line(span, "interpolation");
            below([&] { exprs(i.parts); });
          },
          [&](const ast::NameRef& n) { line(span, fmt::format("name {}", n.name)); },
          [&](const ast::Member& m) {
            node(fmt::format("member {}{}", m.optional ? "?." : "", m.name.text), m.object);
          },
          [&](const ast::Index& i) { node("index", i.object, i.index); },
          [&](const ast::CallExpr& c) {
            line(span, "call");
            below([&] {
              expr(c.function);
              exprs(c.arguments);
            });
          },
          [&](const ast::Unary& u) { node(u.op, u.operand); },
          [&](const ast::Binary& b) { node(b.op, b.left, b.right); },
          [&](const ast::Conditional& c) { node("choice", c.condition, c.yes, c.no); },
          [&](const ast::RangeExpr& r) { node("range", r.low, r.high); },
          [&](const ast::ListExpr& l) {
            line(span, "list");
            below([&] { exprs(l.items); });
          },
          [&](const ast::MapExpr& m) { map(span, m); },
          [&](const ast::ListFor& f) {
            line(span, "list for");
            below([&] {
              clause(f.clause);
              expr(f.item);
            });
          },
          [&](const ast::MapFor& f) {
            line(span, "map for");
            below([&] {
              clause(f.clause);
              expr(f.key);
              expr(f.value);
            });
          },
          [&](const ast::Broken&) { line(span, "broken"); },
      },
      e->node);
}

void Dump::map(Span span, const ast::MapExpr& map) {
  line(span, "map");
  below([&] {
    for (const auto& entry : map.entries) {
      line(entry.key.span, entry.key_expr ? "entry" : fmt::format("entry {}", json_quote(entry.key.text)));
      below([&] {
        expr(entry.key_expr);
        expr(entry.value);
      });
    }
  });
}

void Dump::type(const ast::TypePtr& t) {
  if (!t) return;
  const auto span = t->span;
  std::visit(Overloaded{
                 [&](const ast::TypeName& n) {
                   line(span, fmt::format("type {}", n.name));
                   below([&] { types(n.arguments); });
                 },
                 [&](const ast::TypeLiteral& l) { line(span, fmt::format("type {}", json_quote(l.text))); },
                 [&](const ast::TypeUnion& u) {
                   line(span, "type |");
                   below([&] { types(u.members); });
                 },
                 [&](const ast::TypeOptional& o) {
                   line(span, "type ?");
                   below([&] { type(o.inner); });
                 },
                 [&](const ast::TypeRecord& r) {
                   line(span, "type record");
                   below([&] {
                     for (const auto& field : r.fields) {
                       header(field.first.span, "field", field.first);
                       below([&] { type(field.second); });
                     }
                   });
                 },
                 [&](const ast::TypeRefined& r) { refined(span, r); },
             },
             t->node);
}

void Dump::refined(Span span, const ast::TypeRefined& t) {
  line(span, "type refined");
  below([&] {
    type(t.base);
    expr(t.range);
    if (!t.range) line(t.argument, fmt::format("regex {}", json_quote(t.regex)));
  });
}

}  // namespace

std::string dump_ast(const SourceMap& sources, const ast::File& file) { return Dump(sources, file.id).file(file); }

}  // namespace infra
