#include "compiler/constants.h"

#include <algorithm>

namespace infra {
namespace {

// An enum's name, or a port of a container: `bridge`, `web.http`.
bool names_constant(const ast::Expr& e, const Meanings& meanings) {
  const auto meaning = meanings.find(&e);
  return meaning != meanings.end() &&
         (meaning->second.kind == Meaning::enumerator || meaning->second.kind == Meaning::port);
}

}  // namespace

Constants::Constants(const Unit& stack) { add(stack); }

bool Constants::allow(const std::vector<Edit>& edits) const {
  return std::all_of(edits.begin(), edits.end(),
                     [&](const Edit& edit) { return edit.span.begin == edit.span.end || spans_.contains(edit.span); });
}

void Constants::add(const Unit& unit) {
  if (!seen_.insert(&unit).second) return;
  for (const auto& file : unit.files) add(file.items, unit.types.meanings);
  for (const auto& [decl, module] : unit.types.modules) {
    if (module != nullptr) add(*module);
  }
}

void Constants::add(const ast::Items& items, const Meanings& meanings) {
  for (const auto& item : items) {
    if (const auto* assign = std::get_if<ast::Assign>(&item.node); assign != nullptr && assign->value) {
      add(*assign->value, meanings);
    } else if (const auto* block = std::get_if<ast::BlockItem>(&item.node)) {
      add(block->items, meanings);
    } else if (const auto* loop = std::get_if<ast::For>(&item.node)) {
      add(loop->items, meanings);
    } else if (const auto* branch = std::get_if<ast::If>(&item.node)) {
      add(branch->then_items, meanings);
      add(branch->else_items, meanings);
    }
  }
}

// Elements of a list or map that is written out have places of their own, and so have the keys of a map.
void Constants::add(const ast::Expr& e, const Meanings& meanings) {
  if (std::holds_alternative<ast::Literal>(e.node) || names_constant(e, meanings)) spans_.insert(e.span);
  if (const auto* list = std::get_if<ast::ListExpr>(&e.node)) {
    for (const auto& item : list->items) add(*item, meanings);
  }
  if (const auto* map = std::get_if<ast::MapExpr>(&e.node)) {
    for (const auto& entry : map->entries) {
      if (!entry.key_expr) spans_.insert(entry.key.span);
      if (entry.value) add(*entry.value, meanings);
    }
  }
}

}  // namespace infra
