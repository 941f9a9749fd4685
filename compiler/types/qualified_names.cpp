// What is named by its kind and its label, by a label in brackets, and the ports of containers.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/index.h"
#include "compiler/types/checker.h"
#include "compiler/words.h"

namespace infra {
namespace {

const std::string* text_of(const ast::Expr& e) {
  const auto* literal = std::get_if<ast::Literal>(&e.node);
  return literal != nullptr ? literal->value.string() : nullptr;
}

// Without its quotes, so that a new name can take its place.
Span inside_quotes(Span span) { return {span.file, span.begin + 1, span.end - 1}; }

}  // namespace

const Decl* static_decl(const Meanings& meanings, const ast::Expr& e) {
  if (const auto at = meanings.find(&e);
      at != meanings.end() && (at->second.kind == Meaning::decl || at->second.kind == Meaning::child))
    return at->second.declaration;
  if (const auto* index = std::get_if<ast::Index>(&e.node)) return static_decl(meanings, *index->object);
  if (const auto* m = std::get_if<ast::Member>(&e.node)) {
    const auto* parent = static_decl(meanings, *m->object);
    return parent != nullptr ? parent->child(m->name.text) : nullptr;
  }
  return nullptr;
}

// The name of a kind, unless something of the stack has it.
const std::string* Checker::kind_named(const ast::Expr& e) const {
  const auto* ref = std::get_if<ast::NameRef>(&e.node);
  if (ref == nullptr || (find_kind(ref->name) == nullptr && ref->name != "module")) return nullptr;
  const bool taken = std::any_of(locals_.begin(), locals_.end(), [&](const Local& l) { return l.name == ref->name; }) ||
                     program_->params.contains(ref->name) || program_->lets.contains(ref->name) ||
                     program_->uses.contains(ref->name);
  return taken ? nullptr : &ref->name;
}

// `task.api`: a kind's name before a label.
std::optional<Type> Checker::qualified(const ast::Expr& e, const ast::Member& m) {
  const auto* kind = kind_named(*m.object);
  if (kind == nullptr) return std::nullopt;
  if (index_ != nullptr) answer_kind(m, *kind);
  return of_kind(e, *kind, m.name.text, m.name.span);
}

// `task["web-1"]`: a label that needs quotes.
std::optional<Type> Checker::qualified(const ast::Expr& e, const ast::Index& i) {
  const auto* kind = kind_named(*i.object);
  const auto* label = text_of(*i.index);
  if (kind == nullptr || label == nullptr) return std::nullopt;
  return of_kind(e, *kind, *label, inside_quotes(i.index->span));
}

std::optional<Type> Checker::of_kind(const ast::Expr& e, const std::string& kind, const std::string& label, Span at) {
  if (const auto* decl = program_->find(kind, label)) return reference(e, *decl, at);
  if (program_->by_label.contains(kind)) return std::nullopt;
  std::vector<std::string> labels;
  for (const auto& [known, decls] : program_->by_label) {
    if (std::any_of(decls.begin(), decls.end(), [&](const Decl* d) { return d->kind->schema->name == kind; }))
      labels.push_back(known);
  }
  const auto near = did_you_mean(label, labels);
  const auto form = near.empty() ? "" : qualified_form(kind, near);
  auto& d = diagnostics_->error("E0410", e.span, fmt::format("there is no {} `{}`", kind, label), "unknown name",
                                near.empty() ? "" : fmt::format("did you mean `{}`?", form));
  if (!near.empty()) d.fixes.push_back({e.span, form});
  return Type();
}

// `main["public-a"]`: what stands in `main` under a label that needs quotes.
std::optional<Type> Checker::labelled_child(const ast::Expr& e, const ast::Index& i) {
  const auto* label = text_of(*i.index);
  const auto* parent = static_decl(out_.meanings, *i.object);
  const auto* child = label != nullptr && parent != nullptr ? parent->child(*label) : nullptr;
  if (child == nullptr) return std::nullopt;
  out_.meanings[&e] = {.kind = Meaning::child, .declaration = child};
  if (index_ != nullptr) index_->use(inside_quotes(i.index->span), child->block->label->span, child->label);
  return child_type(*parent, *child);
}

Type Checker::child_type(const Decl& parent, const Decl& child) {
  Type out = Type::resource(child.kind->schema->name);
  for (std::size_t i = parent.loops.size(); i < child.loops.size(); ++i) out = Type::map(std::move(out));
  return out;
}

// `web`, `"web-1"`; of a loop: `side["admin"]`.
bool Checker::names_container(const ast::Expr& e) {
  if (std::holds_alternative<ast::NameRef>(e.node) || text_of(e) != nullptr) return true;
  const auto* index = std::get_if<ast::Index>(&e.node);
  return index != nullptr && names_container(*index->object) && is_turn(*index->index);
}

bool Checker::is_turn(const ast::Expr& key) {
  const Type type = infer(key);
  if (type.kind() != TypeKind::integer) compare(key, type, types::string(), "a key");
  return true;
}

// `web.http`, `web["http-2"]`; of a loop: `web.http["admin"]`.
bool Checker::names_port(const ast::Expr& e) {
  if (const auto* m = std::get_if<ast::Member>(&e.node)) return names_container(*m->object);
  const auto* index = std::get_if<ast::Index>(&e.node);
  return index != nullptr && (names_port(*index->object) || names_container(*index->object)) && is_turn(*index->index);
}

// A port is named by its container and its own name. Whether the task has it is a question of the graph, because which
// task is meant is a value.
Type Checker::port(const ast::Expr& e, const std::string& what) {
  if (!names_port(e)) {
    diagnostics_->error("E0204", e.span, fmt::format("{} takes a port of the task, written CONTAINER.PORT", what),
                        "this names no port", "name the container and its port, such as web.http");
    return {};
  }
  out_.meanings[&e] = {.kind = Meaning::port};
  return Type::resource("port");
}

}  // namespace infra
