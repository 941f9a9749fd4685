#include <fmt/format.h>

#include <algorithm>

#include "compiler/functions/functions.h"
#include "compiler/index.h"
#include "compiler/types/checker.h"
#include "compiler/types/schema_type.h"
#include "compiler/words.h"

namespace infra {

constexpr std::size_t kLongestType = 80;  // as text in a message

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

namespace {

// Has an entry of the map what was asked of the map?
bool named_behind(const Type& entry, const std::string& name) {
  if (entry.kind() == TypeKind::map) return named_behind(entry.element(), name);
  const auto* kind = entry.kind() == TypeKind::resource ? find_kind(entry.name()) : nullptr;
  if (kind == nullptr) return entry.field(name) != nullptr;
  return kind->schema->attribute(name) != nullptr || kind->schema->block(name) != nullptr ||
         common_options().attribute(name) != nullptr;
}

}  // namespace

std::string nearest_field(const std::string& name, const Type& record) {
  if (record.fields().size() > kMostCandidates) return "";
  std::vector<std::string> names;
  for (const auto& f : record.fields()) names.push_back(f.name);
  return did_you_mean(name, names);
}

namespace {
// Whatever is wanted there, a value that isn't null fits; `?.` gives null on.
std::string may_be_null_help(const ast::Member& m) {
  const auto* ref = std::get_if<ast::NameRef>(&m.object->node);
  if (ref == nullptr) return fmt::format("write `?.{}` where null may stand, or give a value with `?? …`", m.name.text);
  return fmt::format("use it only where it isn't null: {0} != null ? {0}.{1} : …", ref->name, m.name.text);
}
}  // namespace

Type Checker::member(const ast::Expr& e, const ast::Member& m) {
  if (const auto* library = library_named(*m.object)) return library_member(e, *library, m.name);
  if (auto type = qualified(e, m)) return *type;
  if (const auto* ref = std::get_if<ast::NameRef>(&m.object->node);
      ref != nullptr && ref->name == "self" && self_ != nullptr) {
    if (index_ != nullptr && index_->asked(m.name.span)) answer_schema(*self_);
    if (const auto* attribute = self_->attribute(m.name.text)) {
      if (index_ != nullptr) index_->word(m.name.span, attribute);
      return attribute->computed ? attribute->type.as_later() : attribute->type;
    }
  }
  if (std::holds_alternative<ast::NameRef>(m.object->node)) behind_ = &m.name.text;
  Type object = infer(*m.object);
  behind_ = nullptr;
  if (index_ != nullptr) answer_member(m, object, static_decl(out_.meanings, *m.object));
  note_module_output(m);
  if (object.is_error()) return {};
  const bool maybe_null = object.optional;
  if (maybe_null && !m.optional) {
    diagnostics_->error("E0219", m.name.span, fmt::format("this may be null ({})", to_text(object)), {},
                        may_be_null_help(m));
  }
  object.optional = false;
  Type out;
  if (object.kind() == TypeKind::resource) {
    const auto* decl = static_decl(out_.meanings, *m.object);
    const auto* child = decl != nullptr ? decl->child(m.name.text) : nullptr;
    if (child != nullptr) {
      if (index_ != nullptr) index_->use(m.name.span, child->block->label->span, child->label);
      out = child_type(*decl, *child);
    } else {
      out = resource_member(m, object, decl);
      if (out.later) note_later(e, m);
    }
  } else if (const auto* field = object.field(m.name.text)) {
    out = field->type;
    if (out.later) note_later(e, m);
    out.later = out.later || object.later;
    out.secret = out.secret || object.secret;
  } else if (const auto* function = find_function(m.name.text)) {
    const std::string called(function->name);  // x.mib, xs.length
    out = summed(e, called, library(called, {object}, {m.object.get()}, e.span));
  } else if (object.kind() == TypeKind::map) {
    diagnostics_->error(
        "E0215", m.name.span, fmt::format("a map's entries are named in brackets, not by `.{}`", m.name.text), {},
        named_behind(object.element(), m.name.text) ? fmt::format("name an entry first: [KEY].{}", m.name.text)
                                                    : fmt::format("write [\"{}\"]", m.name.text));
  } else {
    const auto near = nearest_field(m.name.text, object);
    const auto type = to_text(object);  // a block's is the list of all that it has
    diagnostics_->error("E0215", m.name.span,
                        fmt::format("{} has no `{}`", type.size() < kLongestType ? type : "this", m.name.text),
                        "unknown member", near.empty() ? "" : fmt::format("did you mean `{}`?", near));
  }
  if (maybe_null && m.optional) out.optional = true;
  return out;
}

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
    Type element = plain.element();
    for (const auto& f : plain.fields()) {
      auto both = join(element, f.type);
      if (!both) {
        diagnostics_->error("E0306", clause.source->span, "a record whose fields differ in type can't be looped over");
        break;
      }
      element = *both;
    }
    std::vector<std::string> keys = plain.members();
    for (const auto& f : plain.fields()) keys.push_back(f.name);
    first = keys.empty() ? types::string() : Type::literals(std::move(keys));
    second = element;
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
