// The options that every resource takes beside its own attributes.
#include <fmt/format.h>

#include "compiler/index.h"
#include "compiler/names/option_paths.h"
#include "compiler/types/checker.h"

namespace infra {

bool Checker::option(const ast::Assign& a, const Schema& schema) {
  const auto& name = a.name.text;
  if (name == "ignore") return ignored(*a.value, schema), true;
  if (name == "moved_from") return moved_from(*a.value, schema), true;
  const auto* known = tie_options().attribute(name);
  if (known == nullptr) known = common_options().attribute(name);
  if (known == nullptr) return false;
  if (index_ != nullptr) index_->word(a.name.span, known);
  check(*a.value, known->type, fmt::format("`{}`", name));
  return true;
}

// Names of attributes, not values: they must stand there as they are.
void Checker::ignored(const ast::Expr& e, const Schema& schema) {
  const auto* list = std::get_if<ast::ListExpr>(&e.node);
  if (list == nullptr) {
    diagnostics_->error("E0203", e.span, "`ignore` is a list of attributes' names", "not a list",
                        "write them out: ignore = [desired]");
    return;
  }
  for (const auto& item : list->items) {
    const auto path = attribute_path(*item);
    if (!path) {
      diagnostics_->error("E0203", item->span, "`ignore` takes the names of attributes", "not a name",
                          "write `desired`, or with what it stands in: `container.web.image`");
      continue;
    }
    if (auto problem = problem_of_path(schema, *path)) {
      diagnostics_->error("E0203", item->span, std::move(problem->message), "can't be ignored",
                          std::move(problem->help));
    }
  }
}

// What it names isn't declared any more, so it is no reference.
void Checker::moved_from(const ast::Expr& e, const Schema& schema) {
  auto address = written_address(e);
  if (address && address->kind != schema.name && find_kind(address->kind) == nullptr)
    address.reset();  // a member of some value
  if (const auto* choice = std::get_if<ast::Conditional>(&e.node)) {
    check(*choice->condition, types::boolean(), "a condition");
    moved_from(*choice->yes, schema);
    moved_from(*choice->no, schema);
    return;
  }
  if (!address) {
    const auto before = diagnostics_->errors();
    const Type type = infer(e);
    if (type.is_error() && diagnostics_->errors() != before) return;
    const auto* literal = std::get_if<ast::Literal>(&e.node);
    const auto* text = literal != nullptr ? literal->value.string() : nullptr;
    if (text != nullptr && !is_address_of(*text, schema.name)) {
      diagnostics_->error("E0317", e.span, fmt::format("\"{}\" is no address of a {}", *text, schema.name),
                          "not an address",
                          fmt::format("an address is a kind and a name, as a plan shows it: {}.NAME", schema.name));
      return;
    }
    if (fits(type, types::string().opt())) return;
    diagnostics_->error("E0317", e.span, "`moved_from` is the address that this had before", "not an address",
                        fmt::format("write it as a plan shows it: moved_from = {}.NAME", schema.name));
    return;
  }
  if (address->kind != schema.name) {
    diagnostics_->error("E0317", e.span, fmt::format("a {} can't become a {}", address->kind, schema.name),
                        "another kind", "only the name of a declaration can change; one of another kind is a new one");
    return;
  }
  for (const auto& step : address->steps) {
    if (step.key != nullptr) infer(*step.key);
  }
}

}  // namespace infra
