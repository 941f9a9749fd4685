#include <fmt/format.h>

#include <algorithm>

#include "base/values/join_all.h"
#include "compiler/types/checker.h"
#include "compiler/types/schema_type.h"
#include "compiler/words.h"

namespace infra {

Type Checker::let_type(const ast::Let& let, const Program& home, Span use) {
  if (const auto done = lets_.find(&let); done != lets_.end()) return done->second;
  if (std::find(typing_.begin(), typing_.end(), &let) != typing_.end()) {
    diagnostics_
        ->error("E0212", let.name.span, fmt::format("`{}` is defined by itself", let.name.text), {}, "break the circle")
        .secondary.push_back({use, "used here"});
    return lets_[&let] = Type();
  }
  typing_.push_back(&let);
  // A let sees no loop variables of the place that uses it.
  const Elsewhere at_the_top(*this, home);
  const Type declared = let.type ? resolve(*let.type) : Type();
  if (let.type) out_.lets[&let] = declared;
  Type type;
  if (let.value) {
    type = let.type ? check(*let.value, declared.as_later(), fmt::format("`{}`", let.name.text)) : infer(*let.value);
  }
  if (let.type) type = with_later_of(declared, type);
  typing_.pop_back();
  return lets_[&let] = type;
}

namespace {
// The key of a turn becomes a part of names.
bool may_be_key(const Type& element) {
  static constexpr TypeKind kKinds[] = {TypeKind::error,    TypeKind::string,  TypeKind::literals, TypeKind::integer,
                                        TypeKind::floating, TypeKind::boolean, TypeKind::ip,       TypeKind::cidr};
  return !element.optional && std::find(std::begin(kKinds), std::end(kKinds), element.kind()) != std::end(kKinds);
}
}  // namespace

// How often a loop turns must be known, and in a block's loop its keys; the values that it goes over may come later.
void Checker::bind_loop(const ast::ForClause& clause, bool keyed_block) {
  const Type source = infer(*clause.source);
  Type first;
  Type second = source.is_error() ? Type() : types::integer();
  Type plain = source;
  plain.later = false;
  bool late_keys = false;
  if (keyed_block && plain.kind() == TypeKind::list) without_later(plain.element(), late_keys);
  if (source.later || late_keys) {
    too_late(*clause.source, "what a loop goes over must be known before anything is applied",
             "loop over something that is written in the stack");
  }
  if (plain.secret || (keyed_block && plain.kind() == TypeKind::list && plain.element().secret)) {
    diagnostics_->error(
        "E0413", clause.source->span,
        keyed_block ? "the keys of this loop would show a secret" : "what a loop goes over would show a secret",
        "this is secret", "loop over a map whose keys are no secret: for name, value in { … }");
  }
  if (plain.kind() == TypeKind::list) {
    first = plain.element();
    if (keyed_block && !may_be_key(first)) {
      diagnostics_->error("E0306", clause.source->span, fmt::format("a loop over {} has no keys", to_text(plain)), {},
                          "loop over a map: for name, value in { … }");
    }
  } else if (plain.kind() == TypeKind::map || plain.kind() == TypeKind::record) {
    std::vector<Type> types;
    if (plain.kind() == TypeKind::map) types.push_back(plain.element());
    for (const auto& f : plain.fields()) types.push_back(f.type);
    const auto element = join_all(std::move(types));
    if (!element) {
      diagnostics_->error("E0306", clause.source->span, "a record whose fields differ in type can't be looped over");
    }
    std::vector<std::string> keys = plain.members();
    for (const auto& f : plain.fields()) keys.push_back(f.name);
    first = keys.empty() ? types::string() : Type::literals(std::move(keys));
    second = element.value_or(Type());
  } else if (plain.kind() == TypeKind::range) {
    first = types::integer();
  } else if (!plain.is_error()) {
    diagnostics_->error("E0306", clause.source->span,
                        fmt::format("a loop goes over a list, a map or a range, not {}", to_text(plain)));
  }
  bind(clause.first, first);
  if (clause.second) bind(*clause.second, second);
  if (clause.condition) check(*clause.condition, types::boolean(), "a condition");
}

}  // namespace infra
