#include "compiler/checks/check_origins.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/walk.h"

namespace infra {
namespace {

constexpr int kMostLets = 8;  // a `let` that is another `let`

bool has_nothing(const Value& value) {
  if (value.is_null()) return true;
  if (const auto* text = value.string()) return text->empty();
  if (const auto* list = value.list()) return list->empty();
  return value.map() != nullptr && value.map()->empty();
}

// Only what is about values: a name that doesn't exist is explained by itself.
bool about_a_value(const Diagnostic& diagnostic) {
  return diagnostic.code == "E0210" || diagnostic.code == "E0206" || diagnostic.code.starts_with("E04");
}

void add_label(Diagnostic& diagnostic, Span span, std::string text) {
  const auto& all = diagnostic.secondary;
  const bool said = std::any_of(all.begin(), all.end(), [&](const Label& label) { return label.span == span; });
  if (!said && span != diagnostic.primary.span) diagnostic.secondary.push_back({span, std::move(text)});
}

}  // namespace

Origins::Origins(const Unit& stack, const Value& params) : stack_(stack), params_(params) {
  for (const auto& file : stack.files) add(file.items);
}

void Origins::add(const ast::Items& items) {
  for (const auto& item : items) {
    if (const auto* assign = std::get_if<ast::Assign>(&item.node); assign != nullptr && assign->value) {
      add(*assign->value);
    } else if (const auto* block = std::get_if<ast::BlockItem>(&item.node)) {
      add(block->items);
    } else if (const auto* loop = std::get_if<ast::For>(&item.node)) {
      add(loop->items);
    } else if (const auto* branch = std::get_if<ast::If>(&item.node)) {
      add(branch->then_items);
      add(branch->else_items);
    }
  }
}

void Origins::add(const ast::Expr& e) {
  uses_.emplace(e.span, &e);
  if (const auto* list = std::get_if<ast::ListExpr>(&e.node)) {
    for (const auto& item : list->items) add(*item);
  } else if (const auto* map = std::get_if<ast::MapExpr>(&e.node)) {
    for (const auto& entry : map->entries) {
      if (entry.value) add(*entry.value);
    }
  }
}

void Origins::explain(Diagnostic& diagnostic) const {
  const auto at = about_a_value(diagnostic) ? uses_.find(diagnostic.primary.span) : uses_.end();
  if (at == uses_.end()) return;
  name(*at->second, 0, diagnostic);
  empties(*at->second, diagnostic);
}

void Origins::name(const ast::Expr& e, int depth, Diagnostic& diagnostic) const {
  const auto* ref = std::get_if<ast::NameRef>(&e.node);
  const auto meaning = stack_.types.meanings.find(&e);
  if (ref == nullptr || meaning == stack_.types.meanings.end() || depth > kMostLets) return;
  if (meaning->second.kind == Meaning::let && meaning->second.definition != nullptr) {
    const auto* value = meaning->second.definition->value.get();
    if (value == nullptr) return;
    add_label(diagnostic, value->span, fmt::format("`{}` is this", ref->name));
    name(*value, depth + 1, diagnostic);
    empties(*value, diagnostic);
  }
  const auto param = stack_.program.params.find(ref->name);
  if (meaning->second.kind != Meaning::param || param == stack_.program.params.end()) return;
  const auto& value = params_[ref->name];
  const bool shown = value.known() && !value.has_secret();
  add_label(diagnostic, param->second->name.span,
            shown ? fmt::format("param `{}` is {}", ref->name, to_source(value))
                  : fmt::format("it comes from param `{}`", ref->name));
}

// "${registry}/web:${tag}" with an empty tag: the text is wrong, and the param is why.
void Origins::empties(const ast::Expr& e, Diagnostic& diagnostic) const {
  each_part(e, [&](const ast::Expr& part) {
    const auto* ref = std::get_if<ast::NameRef>(&part.node);
    const auto meaning = stack_.types.meanings.find(&part);
    const bool is_param =
        ref != nullptr && meaning != stack_.types.meanings.end() && meaning->second.kind == Meaning::param;
    const auto param = is_param ? stack_.program.params.find(ref->name) : stack_.program.params.end();
    if (param == stack_.program.params.end()) {
      empties(part, diagnostic);
    } else if (const auto* value = params_.map() != nullptr ? params_.map()->find(ref->name) : nullptr;
               value != nullptr && has_nothing(*value)) {
      add_label(diagnostic, param->second->name.span,
                fmt::format("param `{}` is empty: {}", ref->name, to_source(*value)));
    }
  });
}

Diagnostics with_origins(const Diagnostics& diagnostics, const Unit& stack, const Value& params) {
  if (diagnostics.all().empty()) return diagnostics;
  const Origins origins(stack, params);
  Diagnostics out;
  for (auto diagnostic : diagnostics.all()) {
    origins.explain(diagnostic);
    out.add(std::move(diagnostic));
  }
  return out;
}

}  // namespace infra
