// Values of params from texts: --set, --values, the environment.
#include <fmt/format.h>

#include "base/overloaded.h"
#include "compiler/expand/expander.h"
#include "grammar/parser.h"

namespace infra {
namespace {

// A literal of the language without names: numbers, units, lists, maps.
std::optional<Value> constant(const ast::Expr& e) {
  if (const auto* literal = std::get_if<ast::Literal>(&e.node)) return literal->value;
  if (const auto* name = std::get_if<ast::NameRef>(&e.node)) return Value(name->name);  // an enum's member
  if (const auto* minus = std::get_if<ast::Unary>(&e.node); minus != nullptr && minus->op == "-") {
    const auto inner = constant(*minus->operand);
    if (inner && inner->integer() != nullptr) return Value(-*inner->integer());
    if (inner && inner->get<double>() != nullptr) return Value(-*inner->get<double>());
  }
  if (const auto* list = std::get_if<ast::ListExpr>(&e.node)) {
    List out;
    for (const auto& item : list->items) {
      auto value = constant(*item);
      if (!value) return std::nullopt;
      out.push_back(*std::move(value));
    }
    return Value(std::move(out));
  }
  if (const auto* map = std::get_if<ast::MapExpr>(&e.node)) {
    std::vector<Entry> out;
    for (const auto& entry : map->entries) {
      auto value = entry.key_expr ? std::nullopt : constant(*entry.value);
      if (!value) return std::nullopt;
      out.emplace_back(entry.key.text, *std::move(value));
    }
    return Value(Map(std::move(out)));
  }
  if (const auto* range = std::get_if<ast::RangeExpr>(&e.node)) {
    const auto low = constant(*range->low);
    const auto high = constant(*range->high);
    if (low && high && low->integer() != nullptr && high->integer() != nullptr)
      return Value(Range{*low->integer(), *high->integer(), false});
  }
  return std::nullopt;
}

std::optional<Value> parse_literal(const std::string& text) {
  SourceMap sources;
  Diagnostics diagnostics;
  const auto id = sources.add("value", "let value = " + text + "\n");
  const auto file = parse(sources, id, diagnostics);
  if (diagnostics.has_errors() || file.items.size() != 1) return std::nullopt;
  const auto* let = std::get_if<ast::Let>(&file.items[0].node);
  return let != nullptr && let->value ? constant(*let->value) : std::nullopt;
}

}  // namespace

std::optional<Value> parse_param(const Type& type, const ParamValue& given, std::string& problem) {
  std::optional<Value> value;
  const bool text = type.kind() == TypeKind::string || type.kind() == TypeKind::literals || type.is_error();
  if (type.optional && given.text == "null") return Value();
  if (text) {
    value = Value(given.text);
  } else {
    value = parse_literal(given.text);
  }
  Type open = type;
  open.secret = false;
  if (!value || (!text && !fits(type_of(*value), open))) {
    problem = fmt::format("takes {}", to_text(open)) + (type.secret ? "" : fmt::format(", got \"{}\"", given.text));
    return std::nullopt;
  }
  if (const auto why = violated(open, *value)) {
    problem =
        type.secret ? "doesn't have the declared form" : *why + (text ? fmt::format(", got \"{}\"", given.text) : "");
    return std::nullopt;
  }
  return coerce(*value, type);
}

}  // namespace infra
