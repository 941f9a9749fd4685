// What could stand where an editor's cursor is, by the same scopes and types that the checks go by.
#include <algorithm>

#include "compiler/functions/functions.h"
#include "compiler/functions/signature.h"
#include "compiler/index.h"
#include "compiler/types/checker.h"
#include "compiler/types/schema_type.h"

namespace infra {
namespace {

bool acceptable(const Type& actual, const Type& expected) {
  if (actual.is_error() || expected.is_error()) return true;
  bool later = false;
  const Type plain = without_later(actual, later);
  Type wanted = expected;
  wanted.later = false;
  return fits(plain, wanted) && (!later || expected.later);
}

bool may_be(Pattern::Class of, const Type& wanted) {
  const auto kind = wanted.kind();
  const bool number = kind == TypeKind::integer || kind == TypeKind::floating;
  if (of == Pattern::num) return number;
  if (of == Pattern::amount)
    return number || kind == TypeKind::bytes || kind == TypeKind::duration || kind == TypeKind::cpu;
  return kind != TypeKind::resource && kind != TypeKind::literals;
}

// Can a call of this function give what is wanted? Where its result depends on its arguments: by its shape.
bool may_give(const Pattern& result, const Type& wanted) {
  switch (result.kind) {
    case Pattern::variable:
      return may_be(result.of, wanted);
    case Pattern::concrete:
      return fits(result.type, wanted.required());
    case Pattern::list:
      return wanted.kind() == TypeKind::list;
    case Pattern::map:
      return wanted.kind() == TypeKind::map || wanted.kind() == TypeKind::record;
    default:
      return wanted.kind() != TypeKind::resource && wanted.kind() != TypeKind::literals;
  }
}

bool takes_first(const Function& function, const Type& object) {
  const auto all = parse_signatures(function.signature);
  return std::any_of(all.begin(), all.end(), [&](const Signature& signature) {
    if (signature.parameters.empty()) return false;
    std::vector<Type> arguments(signature.parameters.size());  // an unknown type fits everywhere
    arguments[0] = object;
    CallProblem problem;
    function_type(function, arguments, problem);
    return problem.text.empty();
  });
}

// Where one of a few names or a declaration is expected, a part of something else that happens to fit is noise.
bool takes_parts(const Type& expected) {
  return !expected.is_error() && expected.kind() != TypeKind::literals && expected.kind() != TypeKind::boolean &&
         expected.kind() != TypeKind::resource;
}

}  // namespace

void Checker::offer(Candidate candidate, const Type* expected) {
  candidate.fits = expected == nullptr || acceptable(candidate.type, *expected);
  index_->probe->candidates.push_back(std::move(candidate));
}

void Checker::bind(const ast::Name& name, const Type& type) {
  locals_.push_back({name.text, type, name.span});
  if (index_ != nullptr)
    index_->declare(name.span, {.kind = SymbolKind::local, .name = name.text, .doc = {}, .type = type});
}

// At the end, when all of them are known.
void Checker::index_types() {
  for (const auto& [name, param] : program_->params) index_->symbol_type(param->name.span, out_.params[name]);
  for (const auto& [let, type] : lets_) index_->symbol_type(let->name.span, type);
  for (const auto& [name, type] : out_.outputs) index_->symbol_type(program_->outputs.at(name)->name.span, type);
  for (const auto& [name, type] : program_->types) {
    if (type->type) index_->symbol_type(type->name.span, resolve(*type->type));
  }
}

void Checker::answer(const ast::Expr& e, const Type* expected) {
  if (!index_->asked(e.span)) return;
  auto& probe = *index_->probe;
  probe.met = true;
  if (expected != nullptr) probe.expected = *expected;
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
    offer({.kind = Candidate::symbol, .text = local->name, .type = local->type, .of = SymbolKind::local}, expected);
  }
  for (const auto& [name, param] : program_->params) {
    offer({.text = name, .type = out_.params[name], .doc = param->doc, .of = SymbolKind::param}, expected);
  }
  for (const auto& [name, let] : program_->lets) {
    if (std::find(typing_.begin(), typing_.end(), let) != typing_.end()) continue;  // not in its own value
    offer({.text = name, .type = let_type(*let, *program_, e.span), .doc = let->doc, .of = SymbolKind::let}, expected);
  }
  if (const auto* literals = expected != nullptr ? find_literals(*expected) : nullptr) {
    for (const auto& member : literals->members())
      offer({.kind = Candidate::enumerator, .text = member, .type = Type::literals({member})}, nullptr);
  }
  for (const auto& [alias, use] : program_->uses) offer({.text = alias, .of = SymbolKind::library}, nullptr);
  answer_declarations(expected);
  if (expected != nullptr && takes_parts(*expected)) {
    const auto wholes = probe.candidates;
    for (const auto& whole : wholes) {
      if (!whole.fits) answer_parts(whole, *expected);
    }
  }
  answer_functions(expected);
}

// A name that several declarations share is offered in its qualified forms, but for the one that fits alone.
void Checker::answer_declarations(const Type* expected) {
  for (const auto& entry : program_->by_label) {
    const auto& [name, decls] = entry;
    const std::string& label = name;  // which clang 14 can capture
    std::vector<Candidate> found;
    for (const auto* decl : decls) {
      const auto& kind = decl->kind->schema->name;
      const auto text = fmt::format("{}.{}", kind, label);
      if (std::any_of(found.begin(), found.end(), [&](const Candidate& c) { return c.text == text; }))
        continue;  // the other branch of an `if`
      Candidate c{.text = text, .type = declared_type(*decl), .doc = decl->block->doc, .of = SymbolKind::declaration};
      c.fits = expected == nullptr || acceptable(c.type, *expected);
      found.push_back(std::move(c));
    }
    const bool hidden = out_.params.contains(label) || program_->lets.contains(label) ||
                        std::any_of(locals_.begin(), locals_.end(), [&](const Local& l) { return l.name == label; });
    const auto fitting = std::count_if(found.begin(), found.end(), [](const Candidate& c) { return c.fits; });
    for (auto& c : found) {
      if (!hidden && (found.size() == 1 || (c.fits && fitting == 1))) c.text = label;
      index_->probe->candidates.push_back(std::move(c));
    }
  }
}

void Checker::answer_functions(const Type* expected) {
  const auto fitting = [&](const Function& function) {
    const auto all = parse_signatures(function.signature);
    return expected == nullptr || expected->is_error() ||
           std::any_of(all.begin(), all.end(), [&](const Signature& s) { return may_give(s.result, *expected); });
  };
  for (const auto& function : all_functions()) {
    if (is_internal(function) || program_->functions.contains(std::string(function.name))) continue;
    index_->probe->candidates.push_back({.kind = Candidate::function,
                                         .text = std::string(function.name),
                                         .fits = fitting(function),
                                         .doc = std::string(function.doc),
                                         .library = &function});
  }
  for (const auto& [name, fn] : program_->functions) {
    const Type result = fn->result ? resolve(*fn->result) : Type();
    offer({.kind = Candidate::function, .text = name, .type = result, .doc = fn->doc}, expected);
  }
}

// Behind a library's name: what it has.
void Checker::answer_library(const ast::Name& name, const Program& library) {
  if (!index_->asked(name.span)) return;
  index_->probe->met = true;
  for (const auto& [text, let] : library.lets) {
    offer({.text = text, .type = let_type(*let, library, name.span), .doc = let->doc, .of = SymbolKind::let}, nullptr);
  }
  for (const auto& [text, fn] : library.functions) {
    const Type result = fn->result ? names_.resolve(*fn->result, library) : Type();
    offer({.kind = Candidate::function, .text = text, .type = result, .doc = fn->doc}, nullptr);
  }
}

// Behind a kind's name: the declarations of this kind.
void Checker::answer_kind(const ast::Member& m, const std::string& kind) {
  if (!index_->asked(m.name.span)) return;
  index_->probe->met = true;
  for (const auto& [label, decls] : program_->by_label) {
    const auto* decl = program_->find(kind, label);
    if (decl != nullptr)
      offer({.text = label, .type = declared_type(*decl), .doc = decl->block->doc, .of = SymbolKind::declaration},
            nullptr);
  }
}

void Checker::answer_schema(const Schema& schema) {
  index_->probe->met = true;
  for (const auto& a : schema.attributes) {
    offer({.kind = Candidate::attribute, .text = a.name, .type = readable(a), .doc = a.doc}, nullptr);
  }
}

// Where something itself doesn't fit, a part of it may: `main.cidr` for `main`.
void Checker::answer_parts(const Candidate& whole, const Type& expected) {
  if (whole.type.is_error() || whole.type.optional) return;
  const auto* kind = whole.type.kind() == TypeKind::resource ? find_kind(whole.type.name()) : nullptr;
  const auto part = [&](const std::string& name, const Type& type, const std::string& doc) {
    Candidate c{.kind = Candidate::field, .text = whole.text + "." + name, .type = type, .doc = doc};
    if (!type.is_error() && acceptable(type, expected)) index_->probe->candidates.push_back(std::move(c));
  };
  for (const auto& field : whole.type.fields()) part(field.name, field.type, "");
  if (kind == nullptr) return;
  for (const auto& a : kind->schema->attributes) part(a.name, readable(a), a.doc);
}

// Behind a dot: parts of the object, and functions that take it as their first argument.
void Checker::answer_member(const ast::Member& m, const Type& object, const Decl* decl) {
  if (!index_->asked(m.name.span)) return;
  index_->probe->met = true;
  Type plain = object;
  plain.optional = false;
  for (const auto* child : decl != nullptr ? decl->children : std::vector<const Decl*>()) {
    offer({.text = child->label,
           .type = Type::resource(child->kind->schema->name),
           .doc = child->block->doc,
           .of = SymbolKind::declaration},
          nullptr);
  }
  for (const auto& field : plain.fields())
    offer({.kind = Candidate::field, .text = field.name, .type = field.type}, nullptr);
  if (const auto* kind = plain.kind() == TypeKind::resource ? find_kind(plain.name()) : nullptr) {
    answer_schema(*kind->schema);
    if (kind->role == KindRole::resource) answer_schema(common_options());
  }
  if (plain.is_error() || plain.kind() == TypeKind::resource) return;
  for (const auto& function : all_functions()) {
    if (is_internal(function) || !takes_first(function, plain)) continue;
    index_->probe->candidates.push_back({.kind = Candidate::function,
                                         .text = std::string(function.name),
                                         .doc = std::string(function.doc),
                                         .library = &function});
  }
}

}  // namespace infra
