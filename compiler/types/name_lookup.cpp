#include <fmt/format.h>

#include <algorithm>

#include "compiler/index.h"
#include "compiler/types/checker.h"
#include "compiler/types/schema_type.h"
#include "compiler/words.h"

namespace infra {

const Type* find_literals(const Type& expected) {
  if (expected.kind() == TypeKind::literals) return &expected;
  for (const auto& alternative : expected.alternatives()) {
    if (const auto* found = find_literals(alternative)) return found;
  }
  return nullptr;
}

std::string kind_for_types(const Decl& decl) {
  return decl.kind->role == KindRole::platform ? "platform" : decl.kind->schema->name;
}

namespace {

bool sets(const Decl& decl, const std::string& attribute) {
  const auto& items = decl.block->items;
  return std::any_of(items.begin(), items.end(), [&](const ast::Item& item) {
    const auto* a = std::get_if<ast::Assign>(&item.node);
    return a != nullptr && a->name.text == attribute;
  });
}

// How a stack treats what it owns is no question for what it doesn't own.
bool is_read(const Attribute& option, bool existing) { return !existing || option.name == "name"; }

std::vector<std::string> names_in(const Program& library) {
  std::vector<std::string> out;
  for (const auto& [name, let] : library.lets) out.push_back(name);
  for (const auto& [name, fn] : library.functions) out.push_back(name);
  return out;
}

}  // namespace

std::string wanted_kind(const Type& expected) {
  if (expected.kind() == TypeKind::resource) return expected.name();
  for (const auto& alternative : expected.alternatives()) {
    if (auto kind = wanted_kind(alternative); !kind.empty()) return kind;
  }
  return "";
}

// The nearest first: loop variable, param, let, then declaration; an enum name where one is expected and nothing else
// is meant.
Type Checker::name(const ast::Expr& e, const ast::NameRef& ref, const Type* expected) {
  const auto* behind = std::exchange(behind_, nullptr);
  if (index_ != nullptr) answer(e, expected);
  bool found = false;
  const Type value = local_or_value(e, ref.name, found);
  if (found) {
    const auto* decl = instead(e, ref.name, value, expected);
    return decl != nullptr ? reference(e, *decl, e.span) : value;
  }
  const auto* literals = expected != nullptr ? find_literals(*expected) : nullptr;
  if (literals != nullptr && literals->has_member(ref.name)) {
    out_.meanings[&e] = {.kind = Meaning::enumerator};
    if (index_ != nullptr) index_->word(e.span, *literals);
    return Type::literals({ref.name});
  }
  if (const auto at = program_->by_label.find(ref.name); at != program_->by_label.end()) {
    return declared(e, ref.name, behind != nullptr ? with_member(at->second, *behind) : at->second, expected);
  }
  return unknown_name(e, ref.name, expected);
}

// The declaration that is meant where one of its kind is expected, although a let or param has the name, too, which is
// nothing of the kind: `task = shards` beside `let shards = 3`. Loop variables are nearer, and hide both.
const Decl* Checker::instead(const ast::Expr& e, const std::string& name, const Type& value, const Type* expected) {
  if (expected == nullptr || value.is_error() || out_.meanings[&e].kind == Meaning::local) return nullptr;
  const auto kind = wanted_kind(*expected);
  if (kind.empty()) return nullptr;
  bool later = false;
  if (fits(without_later(value, later), *expected)) return nullptr;
  const auto at = program_->by_label.find(name);
  if (at == program_->by_label.end()) return nullptr;
  const auto decl =
      std::find_if(at->second.begin(), at->second.end(), [&](const Decl* d) { return kind_for_types(*d) == kind; });
  return decl != at->second.end() ? *decl : nullptr;
}

namespace {

bool has_member(const Decl& decl, const std::string& name) {
  const auto& schema = *decl.kind->schema;
  return decl.kind->role == KindRole::module || schema.attribute(name) != nullptr || schema.block(name) != nullptr ||
         decl.child(name) != nullptr;
}

}  // namespace

// Of several declarations of one name those that `api.address` can mean; all if it is none of them.
std::vector<const Decl*> Checker::with_member(const std::vector<const Decl*>& all, const std::string& member) {
  std::vector<const Decl*> out;
  for (const auto* decl : all) {
    if (has_member(*decl, member)) out.push_back(decl);
  }
  return out.empty() ? all : out;
}

Type Checker::local_or_value(const ast::Expr& e, const std::string& name, bool& found) {
  found = true;
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
    if (local->name == name) {
      out_.meanings[&e] = {.kind = Meaning::local};
      if (index_ != nullptr) index_->use(e.span, local->span, name);
      return local->type;
    }
  }
  if (program_->params.contains(name)) {
    out_.meanings[&e] = {.kind = Meaning::param};
    if (index_ != nullptr) index_->use(e.span, program_->params.at(name)->name.span, name);
    return out_.params[name];
  }
  if (const auto let = program_->lets.find(name); let != program_->lets.end()) {
    out_.meanings[&e] = {.kind = Meaning::let, .definition = let->second};
    if (index_ != nullptr) index_->use(e.span, let->second->name.span, name);
    return let_type(*let->second, *program_, e.span);
  }
  found = false;
  return {};
}

Type Checker::declared(const ast::Expr& e, const std::string& name, const std::vector<const Decl*>& candidates,
                       const Type* expected) {
  std::vector<const Decl*> fitting;
  const std::string wanted = expected != nullptr ? wanted_kind(*expected) : "";
  for (const auto* decl : candidates) {
    const bool repeated = !fitting.empty() && fitting.back()->kind == decl->kind;  // the other branch of an `if`
    if (!repeated && (wanted.empty() || kind_for_types(*decl) == wanted)) fitting.push_back(decl);
  }
  if (fitting.empty()) fitting.push_back(candidates.front());  // the wrong kind: the caller's comparison says so
  if (fitting.size() > 1) {
    std::vector<std::string> forms;
    forms.reserve(fitting.size());
    for (const auto* decl : fitting) forms.push_back(fmt::format("`{}.{}`", decl->kind->schema->name, name));
    std::sort(forms.begin(), forms.end());
    diagnostics_->error("E0207", e.span, fmt::format("`{}` could be {}", name, fmt::join(forms, " or ")), "ambiguous",
                        fmt::format("write {}", forms.front()));
    return {};
  }
  return reference(e, *fitting.front(), e.span);
}

// Inside the turn of a loop, what the same turn declares needs no key; of every other loop around it one is wanted.
Type Checker::reference(const ast::Expr& e, const Decl& decl, Span at) {
  const auto common = common_loops(decl);
  out_.meanings[&e] = {.kind = Meaning::decl, .declaration = &decl, .turns = common};
  if (index_ != nullptr) index_->use(at, decl.block->label->span, decl.label);
  return declared_type(decl);
}

std::size_t Checker::common_loops(const Decl& decl) const {
  std::size_t common = 0;
  while (common < decl.loops.size() && common < loops_.size() && decl.loops[common] == loops_[common]) ++common;
  return common;
}

Type Checker::declared_type(const Decl& decl) {
  Type type = decl.kind->role == KindRole::module ? module_type(decl) : Type::resource(kind_for_types(decl));
  for (std::size_t i = common_loops(decl); i < decl.loops.size(); ++i) type = Type::map(std::move(type));
  return type;
}

Type Checker::resource_member(const ast::Member& m, const Type& object, const Decl* decl) {
  const auto* kind = find_kind(object.name());
  if (kind == nullptr) return {};
  const Schema& schema = *kind->schema;
  const bool existing = decl != nullptr && decl->block->existing;
  if (existing && m.name.text == "id") return types::string().as_later();
  // Of what the stack doesn't own the platform says what the block doesn't.
  const auto read = [&](const Type& type) {
    if (!existing) return type;
    return sets(*decl, m.name.text) ? type.required() : type.required().as_later();
  };
  if (const auto* attribute = schema.attribute(m.name.text)) {
    if (index_ != nullptr) index_->word(m.name.span, attribute);
    return read(readable(*attribute));
  }
  const auto* block = existing ? nullptr : schema.block(m.name.text);
  if (block != nullptr && !block->resource) return type_of_block(*block);
  if (const auto* option = common_options().attribute(m.name.text); option != nullptr && is_read(*option, existing)) {
    if (index_ != nullptr) index_->word(m.name.span, option);
    return read(option->type);
  }
  if (kind->parent == m.name.text && !existing) return Type::resource(kind->parent);
  unknown_member(m, schema, decl);
  return {};
}

// What holds declarations lacks one of them, unless the name is near to one of its own attributes.
void Checker::unknown_member(const ast::Member& m, const Schema& schema, const Decl* decl) {
  std::vector<std::string> names;
  for (const auto& a : schema.attributes) names.push_back(a.name);
  if (decl != nullptr) {
    for (const auto* child : decl->children) names.push_back(child->label);
  }
  const auto near = did_you_mean(m.name.text, names);
  const auto slot = std::find_if(schema.blocks.begin(), schema.blocks.end(), [](const Block& b) { return b.resource; });
  const bool child = decl != nullptr && slot != schema.blocks.end() && schema.attribute(near) == nullptr;
  auto& d = diagnostics_->error(
      child ? "E0410" : "E0215", m.name.span,
      child ? fmt::format("{} `{}` has no {} `{}`", schema.name, decl->label, slot->name, m.name.text)
            : fmt::format("{} has no `{}`", with_article(schema.name), m.name.text),
      child ? "unknown name" : "unknown attribute", near.empty() ? "" : fmt::format("did you mean `{}`?", near));
  if (child) d.secondary.push_back({decl->span, fmt::format("declares no such {}", slot->name)});
  if (!near.empty()) d.fixes.push_back({m.name.span, near});
}

// The library that `e` names, if it is the alias of a `use` and nothing nearer has the name.
const Program* Checker::library_named(const ast::Expr& e) const {
  const auto* ref = std::get_if<ast::NameRef>(&e.node);
  if (ref == nullptr) return nullptr;
  const bool local = std::any_of(locals_.begin(), locals_.end(), [&](const Local& l) { return l.name == ref->name; });
  const auto at = program_->libraries.find(ref->name);
  if (local || at == program_->libraries.end()) return nullptr;
  if (index_ != nullptr) index_->use(e.span, program_->uses.at(ref->name)->alias.span, ref->name);
  return at->second;
}

// `names.zones`
Type Checker::library_member(const ast::Expr& e, const Program& library, const ast::Name& name) {
  if (index_ != nullptr) answer_library(name, library);
  if (const auto let = library.lets.find(name.text); let != library.lets.end()) {
    out_.meanings[&e] = {.kind = Meaning::let, .definition = let->second};
    if (index_ != nullptr) index_->use(name.span, let->second->name.span, name.text);
    return let_type(*let->second, library, e.span);
  }
  const auto near = did_you_mean(name.text, names_in(library));
  Diagnostic d{.code = "E0201",
               .message = fmt::format("the library {} has no `{}`", library.library, name.text),
               .primary = {name.span, "unknown name"},
               .help = near.empty() ? "" : fmt::format("did you mean `{}`?", near)};
  if (library.functions.contains(name.text)) {
    d.message = fmt::format("`{}` is a function, not a value", name.text);
    d.primary.text = "";
    d.help = fmt::format("call it: {}(…)", name.text);
  } else if (!near.empty()) {
    d.fixes.push_back({name.span, near});
  }
  diagnostics_->add(std::move(d));
  return {};
}

// A reference that leads to something of another kind.
void Checker::wrong_kind(const ast::Expr& e, const Type& actual, const Type& wanted, const std::string& what) {
  auto& d = diagnostics_->error(
      "E0410", e.span,
      fmt::format("{} takes {}, not {}", what, with_article(wanted.name()), with_article(actual.name())),
      fmt::format("this is {}", with_article(actual.name())),
      fmt::format("name {} of the stack", with_article(wanted.name())));
  if (const auto* decl = static_decl(out_.meanings, e)) d.secondary.push_back({decl->span, "declared here"});
}

}  // namespace infra
