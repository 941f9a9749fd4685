#include "lsp/explain.h"

#include <fmt/format.h>

namespace infra::lsp {
namespace {

constexpr std::size_t kLongestValue = 400;

std::string paragraph(const std::string& text) { return text.empty() ? "" : "\n\n" + text; }

std::string value_text(const Value& value) {
  auto text = to_source(value);
  if (text.size() > kLongestValue) {
    auto end = kLongestValue;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // no half characters
    text = text.substr(0, end) + " …";
  }
  return text;
}

std::string_view word_of(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::param:
      return "param";
    case SymbolKind::let:
      return "let";
    case SymbolKind::function:
      return "fn";
    case SymbolKind::type:
      return "type";
    case SymbolKind::output:
      return "output";
    case SymbolKind::local:
      return "variable";
    case SymbolKind::library:
      return "use";
    default:
      return "";
  }
}

const ExpressionFacts* facts_of(const Analysis& analysis, const ast::Expr* e) {
  const auto at = analysis.index.expressions.find(e);
  return e != nullptr && at != analysis.index.expressions.end() ? &at->second : nullptr;
}

// What this run gives a param: its default, or what was set.
std::string param_value(const Symbol& symbol, const Analysis& analysis) {
  const auto& graph = analysis.compiled.graph;
  if (!graph || graph->params.map() == nullptr) return "";
  const auto* value = graph->params.map()->find(symbol.name);
  return value != nullptr && value->known() ? "= " + value_text(*value) : "";
}

}  // namespace

std::string code_block(const std::string& code) { return fmt::format("```infra\n{}\n```", code); }

std::string value_line(const ExpressionFacts* facts) {
  if (facts == nullptr || !facts->value) return "";
  if (facts->varies) return "differs from turn to turn of its loop";
  if (facts->value->unknown() != nullptr || facts->value->ref() != nullptr) return "";
  if (!facts->value->known()) return "known after apply";
  return "= " + value_text(*facts->value);
}

std::string explain(const Attribute& a) {
  std::string out = code_block(fmt::format("{}: {}", a.name, to_text(a.type))) + paragraph(a.doc);
  std::string facts;
  if (a.required) facts += "Required. ";
  if (a.fallback && !a.fallback->is_null()) facts += fmt::format("Default: `{}`. ", to_source(*a.fallback));
  if (a.computed) facts += "Set by the platform, known after apply. ";
  if (a.change == OnChange::replace && !a.computed) facts += "A change replaces the object. ";
  if (!a.platforms.empty()) facts += fmt::format("Only on {}. ", fmt::join(a.platforms, ", "));
  if (!facts.empty()) facts.pop_back();
  return out + paragraph(facts);
}

std::string explain(const Block& b) {
  std::string out = code_block(fmt::format("{}{} {{ … }}", b.name, b.labelled ? " NAME" : "")) + paragraph(b.doc);
  if (b.times == Times::once) out += paragraph("Required.");
  if (b.change == OnChange::replace) out += paragraph("A change replaces the object.");
  if (!b.platforms.empty()) out += paragraph(fmt::format("Only on {}.", fmt::join(b.platforms, ", ")));
  return out;
}

std::string explain(const Kind& kind) {
  return code_block(fmt::format("{} NAME {{ … }}", kind.schema->name)) + paragraph(kind.schema->doc);
}

std::string signature(const Function& f) { return fmt::format("{}{}", f.name, f.signature); }

std::string explain(const Function& f) { return code_block(signature(f)) + paragraph(std::string(f.doc)); }

std::string signature(const ast::Fn& fn, const Analysis& analysis) {
  std::string parameters;
  for (const auto& p : fn.parameters) {
    if (!parameters.empty()) parameters += ", ";
    parameters += p.name.text;
    if (p.type) parameters += fmt::format(": {}", analysis.compiled.sources.text(p.type->span));
  }
  const std::string result = fn.result ? fmt::format(": {}", analysis.compiled.sources.text(fn.result->span)) : "";
  return fmt::format("{}({}){}", fn.name.text, parameters, result);
}

std::string headline(const Symbol& symbol) {
  if (symbol.kind == SymbolKind::declaration || symbol.kind == SymbolKind::label)
    return fmt::format("{} {}", symbol.of, symbol.name);
  std::string head = fmt::format("{} {}", word_of(symbol.kind), symbol.name);
  if (symbol.type.is_error()) return head;
  return fmt::format("{}{} {}", head, symbol.kind == SymbolKind::type ? " =" : ":", to_text(symbol.type));
}

std::string explain(const Symbol& symbol, const Analysis& analysis) {
  if (symbol.fn != nullptr) return code_block("fn " + signature(*symbol.fn, analysis)) + paragraph(symbol.doc);
  std::string out = code_block(headline(symbol)) + paragraph(symbol.doc);
  if (symbol.kind == SymbolKind::param) return out + paragraph(param_value(symbol, analysis));
  if (const auto* kind = symbol.kind == SymbolKind::declaration ? find_kind(symbol.of) : nullptr;
      kind != nullptr && symbol.doc.empty()) {
    out += paragraph(kind->schema->doc);
  }
  return out + paragraph(value_line(facts_of(analysis, symbol.value)));
}

}  // namespace infra::lsp
