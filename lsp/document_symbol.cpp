// The outline of a file.
#include "base/overloaded.h"
#include "lsp/methods.h"

namespace infra::lsp {
namespace {

enum class SymbolIcon {
  module = 2,
  class_ = 5,
  property = 7,
  function = 12,
  variable = 13,
  constant = 14,
  object = 19,
  struct_ = 23,
  event = 24
};

class Outline {
 public:
  explicit Outline(const SourceMap& sources) : sources_(sources) {}

  Json of(const ast::Items& items) {
    Json out = Json::array();
    for (const auto& item : items) add(item, out);
    return out;
  }

 private:
  Json symbol(const std::string& name, SymbolIcon icon, const std::string& detail, Span whole, Span at) {
    // What is selected must lie inside of the whole.
    const Span chosen{whole.file, std::max(at.begin, whole.begin), std::max(std::min(at.end, whole.end), whole.begin)};
    Json out = {{"name", name.empty() ? "?" : name},
                {"kind", static_cast<int>(icon)},
                {"range", range_json(sources_, whole)},
                {"selectionRange", range_json(sources_, chosen)}};
    if (!detail.empty()) out["detail"] = detail;
    return out;
  }

  void nested(Json symbol, const ast::Items& items, Json& out) {
    symbol["children"] = of(items);
    out.push_back(std::move(symbol));
  }

  void add(const ast::Item& item, Json& out) {
    const auto named = [&](const ast::Name& name, SymbolIcon icon, const std::string& detail) {
      out.push_back(symbol(name.text, icon, detail, item.whole, name.span));
    };
    std::visit(Overloaded{
                   [&](const ast::BlockItem& b) {
                     const auto& name = b.label ? *b.label : b.kind;
                     nested(symbol(name.text, b.label ? SymbolIcon::class_ : SymbolIcon::object,
                                   b.label ? b.kind.text : "", item.whole, name.span),
                            b.items, out);
                   },
                   [&](const ast::Assign& a) { named(a.name, SymbolIcon::property, ""); },
                   [&](const ast::Stack& s) { named(s.name, SymbolIcon::module, "stack"); },
                   [&](const ast::Param& p) { named(p.name, SymbolIcon::variable, "param"); },
                   [&](const ast::Let& l) { named(l.name, SymbolIcon::constant, "let"); },
                   [&](const ast::Fn& f) { named(f.name, SymbolIcon::function, "fn"); },
                   [&](const ast::TypeDecl& t) { named(t.name, SymbolIcon::struct_, "type"); },
                   [&](const ast::Output& o) { named(o.name, SymbolIcon::variable, "output"); },
                   [&](const ast::Use& u) { named(u.alias, SymbolIcon::module, "use"); },
                   [&](const ast::Policy& p) { named(p.name, SymbolIcon::event, "policy"); },
                   [&](const ast::Test& t) {
                     out.push_back(symbol(t.name, SymbolIcon::event, "test", item.whole, t.name_span));
                   },
                   [&](const ast::For& f) {
                     nested(symbol("for " + f.clause.first.text, SymbolIcon::object, "", item.whole, item.span),
                            f.items, out);
                   },
                   [&](const ast::If& i) {
                     for (const auto* items : {&i.then_items, &i.else_items}) {
                       for (const auto& inner : *items) add(inner, out);
                     }
                   },
                   [](const auto&) {},
               },
               item.node);
  }

  const SourceMap& sources_;
};

}  // namespace

Answer document_symbol(Session& session, const Json& params) {
  const auto place = session.place(params);
  if (!place) return Json::array();
  for (const auto& file : place->analysis.index.files) {
    if (file.id == place->file) return Outline(place->analysis.compiled.sources).of(file.items);
  }
  return Json::array();
}

}  // namespace infra::lsp
