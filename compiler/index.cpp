#include "compiler/index.h"

#include <tuple>

#include "compiler/names/program.h"

namespace infra {
namespace {

// The labels of blocks that are no declarations: `container web`, `port http`.
void index_labels(const ast::Items& items, const Schema& schema, Index& index) {
  for (const auto& item : items) {
    if (const auto* loop = std::get_if<ast::For>(&item.node)) index_labels(loop->items, schema, index);
    if (const auto* branch = std::get_if<ast::If>(&item.node)) {
      index_labels(branch->then_items, schema, index);
      index_labels(branch->else_items, schema, index);
    }
    const auto* block = std::get_if<ast::BlockItem>(&item.node);
    const auto* slot = block != nullptr ? schema.block(block->kind.text) : nullptr;
    if (slot == nullptr || slot->resource) continue;
    if (block->label) {
      index.declare(block->label->span,
                    {.kind = SymbolKind::label, .name = block->label->text, .doc = block->doc, .of = slot->name});
    }
    index_labels(block->items, *slot->schema, index);
  }
}

}  // namespace

void Index::value(const ast::Expr& e, const Value& value) {
  auto& facts = expressions[&e];
  if (facts.varies) return;
  if (!facts.value) {
    facts.value = value;
  } else if (!(*facts.value == value)) {
    facts.varies = true;
  }
}

void Index::symbol_type(Span name, const Type& type) {
  if (const auto at = symbols.find(name); at != symbols.end()) at->second.type = type;
}

void index_declarations(const Program& program, Index& index) {
  for (const auto& [name, p] : program.params) {
    index.declare(p->name.span, {.kind = SymbolKind::param, .name = name, .doc = p->doc, .value = p->fallback.get()});
  }
  for (const auto& [name, l] : program.lets) {
    index.declare(l->name.span, {.kind = SymbolKind::let, .name = name, .doc = l->doc, .value = l->value.get()});
  }
  for (const auto& [name, f] : program.functions) {
    index.declare(f->name.span, {.kind = SymbolKind::function, .name = name, .doc = f->doc, .fn = f});
  }
  for (const auto& [name, t] : program.types) {
    index.declare(t->name.span, {.kind = SymbolKind::type, .name = name, .doc = t->doc});
  }
  for (const auto& [name, u] : program.uses) {
    index.declare(u->alias.span, {.kind = SymbolKind::library, .name = name, .doc = u->path});
  }
  for (const auto& [name, o] : program.outputs) {
    index.declare(o->name.span, {.kind = SymbolKind::output, .name = name, .doc = o->doc, .value = o->value.get()});
  }
  std::map<std::tuple<const Kind*, const Decl*, std::string_view>, Span> first;
  for (const auto& decl : program.decls) {
    const auto& kind = *decl.kind->schema;
    index.declare(
        decl.block->label->span,
        {.kind = SymbolKind::declaration,
         .name = decl.label,
         .doc = decl.block->doc,
         .of = kind.name,
         .type = Type::resource(kind.name),
         .twin = first.try_emplace({decl.kind, decl.parent, decl.label}, decl.block->label->span).first->second});
    index_labels(decl.block->items, kind, index);
  }
}

}  // namespace infra
