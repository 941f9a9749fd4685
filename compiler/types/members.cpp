#include <fmt/format.h>

#include "compiler/functions/functions.h"
#include "compiler/index.h"
#include "compiler/types/checker.h"
#include "compiler/types/schema_type.h"
#include "compiler/words.h"

namespace infra {

constexpr std::size_t kLongestType = 80;  // as text in a message

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
  if (ref == nullptr)
    return fmt::format("write `?.{}` where null is allowed, or give a value with `?? …`", m.name.text);
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

}  // namespace infra
