// Ports as a value: "web.http", and of what stands in loops "side-admin.http-2".
#include "compiler/expand/expander.h"

namespace infra {
namespace {

// Behind `web.http` brackets hold the key of a loop; behind `web` alone they hold the port's own label.
bool has_port(const ast::Expr& e) {
  const auto* index = std::get_if<ast::Index>(&e.node);
  return std::holds_alternative<ast::Member>(e.node) || (index != nullptr && has_port(*index->object));
}

}  // namespace

std::optional<std::string> Expander::joined(std::optional<std::string> before, const char* by, const ast::Expr& key,
                                            Context& at) {
  const Value value = eval(key, at);
  const auto text = value.known() ? to_text(value) : std::nullopt;
  if (!before || !text) return std::nullopt;
  return *before + by + *text;
}

std::optional<std::string> Expander::container_named(const ast::Expr& e, Context& at) {
  if (const auto* name = std::get_if<ast::NameRef>(&e.node)) return name->name;
  if (const auto* literal = std::get_if<ast::Literal>(&e.node)) return *literal->value.string();
  const auto& turn = std::get<ast::Index>(e.node);
  return joined(container_named(*turn.object, at), "-", *turn.index, at);
}

std::optional<std::string> Expander::port_named(const ast::Expr& e, Context& at) {
  if (const auto* m = std::get_if<ast::Member>(&e.node)) {
    const auto container = container_named(*m->object, at);
    return container ? std::optional(*container + "." + m->name.text) : std::nullopt;
  }
  const auto& i = std::get<ast::Index>(e.node);
  if (has_port(*i.object)) return joined(port_named(*i.object, at), "-", *i.index, at);
  return joined(container_named(*i.object, at), ".", *i.index, at);
}

Value Expander::port(const ast::Expr& e, Context& at) {
  auto name = port_named(e, at);
  return name ? Value(*std::move(name)) : Value(Unknown{"error"});
}

}  // namespace infra
