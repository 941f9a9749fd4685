#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "compiler/brief.h"
#include "compiler/expand/expander.h"
#include "compiler/types/shape.h"

namespace infra {

namespace {
void add_places(const ast::Expr& value, const std::string& path, std::vector<std::pair<std::string, Span>>& places) {
  places.emplace_back(path, value.span);
  const auto* map = std::get_if<ast::MapExpr>(&value.node);
  if (map == nullptr) return;
  for (const auto& entry : map->entries) {
    if (entry.key_expr) continue;
    places.emplace_back(path + '.' + entry.key.text, entry.value->span);
    places.emplace_back(path + '.' + entry.key.text + ':', entry.key.span);
  }
}

void need_refs(const Value& value, Needs& needs) {
  std::vector<Ref> refs;
  collect_refs(value, refs);
  for (auto& ref : refs) needs.add(std::move(ref.address));
}
}  // namespace

namespace {

bool is_path(const Kind& kind, const Attribute& attribute) {
  return kind.schema->attribute(attribute.name) == &attribute &&
         std::find(kind.paths.begin(), kind.paths.end(), attribute.name) != kind.paths.end();
}

// Is there a secret where the type shows none? Types tell this before, but for what comes out of JSON and the like.
bool shows_secret(const Type& type, const Value& value) {
  if (type.secret) return false;
  if (type.kind() == TypeKind::any_of) {
    return value.has_secret() && std::all_of(type.alternatives().begin(), type.alternatives().end(),
                                             [&](const Type& t) { return shows_secret(t, value); });
  }
  if (value.secret() != nullptr) return !type.is_error();
  if (const auto* items = value.list()) {
    return std::any_of(items->begin(), items->end(), [&](const Value& v) { return shows_secret(type.element(), v); });
  }
  if (const auto* members = value.map()) {
    return std::any_of(members->begin(), members->end(), [&](const auto& entry) {
      const auto* field = type.field(entry.first);
      return shows_secret(field != nullptr ? field->type : type.element(), entry.second);
    });
  }
  return false;
}

// "service.web.address, image.app.digest"
std::string later_parts(const Value& value) {
  constexpr std::size_t kMostNamed = 10;
  if (value.known()) return "";
  std::vector<Ref> refs;
  collect_refs(value, refs);
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const auto& ref : refs) {
    if (ref.attribute.empty()) continue;
    auto text = ref.address.text() + "." + ref.attribute;
    if (seen.insert(text).second && names.size() < kMostNamed) names.push_back(std::move(text));
  }
  const auto more = seen.size() - names.size();
  return fmt::format("{}{}", fmt::join(names, ", "), more == 0 ? "" : fmt::format(" and {} more", more));
}

}  // namespace

// Types tell this before, but for values whose type is open: an image where a text or an image may stand, a param of a
// module.
void Expander::must_be_known(const Value& value, Span span, const std::string& what) {
  const auto path = later_parts(value);
  if (path.empty()) return;
  diagnostics_->add({.code = "E0305",
                     .message = fmt::format("{} must be known before anything is applied", what),
                     .primary = {span, "known only after apply: " + path},
                     .help = "use a value that is written in the stack"});
}

bool Expander::check_value(const Type& type, const Value& value, Span span, const std::string& what) {
  if (value.has_secret() && shows_secret(type, value)) {
    diagnostics_->add({.code = "E0413",
                       .message = fmt::format("{} would show a secret", what),
                       .primary = {span, "this is secret"},
                       .help = "a container takes secrets in `secrets = { … }`, an output as Secret<…>"});
    return true;
  }
  return check_form(type, value, span, what);
}

bool Expander::check_form(const Type& type, const Value& value, Span span, const std::string& what) {
  if (site_->coercions.fits(value, type)) return true;
  if (!spend(walk_cost(value), span)) return false;
  if (!has_shape(type, value)) {
    const Type given = type_of(value.secret() != nullptr ? *value.secret() : value);
    diagnostics_->add({.code = "E0204",
                       .message = fmt::format("{} takes {}, got {}", what, to_text(type), to_text(given)),
                       .primary = {span, "computed here"},
                       .help = "what comes out of JSON, YAML or a mixed list is looked at when it is computed"});
    return false;
  }
  if (const auto why = violated(type, value)) {
    diagnostics_->error("E0210", span, fmt::format("{} {}", what, *why),
                        value.secret() != nullptr ? "" : fmt::format("this is {}", brief(value)));
    return true;
  }
  site_->coercions.keep_fitting(value, type);
  return true;
}

Value Expander::attribute_value(const Attribute& attribute, const Flat::Attribute& given, Instance& instance) {
  if (!given.assign->value) return Null{};
  Needs waiting;
  auto& needs = attribute.waited_for ? waiting : instance.needs;
  Context at{.env = given.env, .keys = given.keys, .self = &instance, .needs = &needs};
  Value value = coerced(eval(*given.assign->value, at), attribute.type, given.assign->value->span);
  if (value.string() != nullptr && is_path(*instance.decl->kind, attribute))
    value = in_stack(*value.string(), given.assign->value->span);
  need_refs(value, needs);
  for (auto& address : waiting.all()) site_->waiting.emplace_back(std::move(address), instance.address);
  if (value.is_null() && attribute.fallback) value = *attribute.fallback;
  const bool usable =
      check_value(attribute.type, value, given.assign->value->span, '`' + std::string(attribute.name) + '`');
  return usable ? value : Value(Unknown{"error"});
}

// A module's paths are relative to its own folder; platforms read the stack's.
Value Expander::in_stack(const std::string& path, Span span) {
  if (unit_.folder.empty()) return path;
  auto full = unit_.tree.in_base(path);
  if (full) return *std::move(full);
  diagnostics_->add({.code = full.error().code,
                     .message = full.error().message,
                     .primary = {span, "named here"},
                     .help = full.error().help});
  return path;
}

// All that it lacks in one message: it is one place.
void Expander::report_missing(const Schema& schema, const std::vector<std::string_view>& given, const Flat& flat,
                              Span place) {
  std::vector<std::string> names;
  std::vector<std::string> remedies;
  for (const auto& a : schema.attributes) {
    if (!a.required || a.computed || std::find(given.begin(), given.end(), a.name) != given.end()) continue;
    names.push_back(fmt::format("`{}`", a.name));
    remedies.push_back(fmt::format("`{} = …`: {}", a.name, a.doc));
  }
  for (const auto& slot : schema.blocks) {
    const bool there = std::any_of(flat.blocks.begin(), flat.blocks.end(),
                                   [&](const Flat::Block& b) { return b.block->kind.text == slot.name; });
    if (slot.resource || slot.times != Times::once || there) continue;
    names.push_back(fmt::format("`{}`", slot.name));
    remedies.push_back(fmt::format("`{} {{ … }}`: {}", slot.name, slot.doc));
  }
  if (names.empty()) return;
  diagnostics_->error("E0206", place,
                      fmt::format("{} {} missing", fmt::join(names, " and "), names.size() == 1 ? "is" : "are"),
                      "needed here", fmt::format("add {}", fmt::join(remedies, "; ")));
}

Value Expander::config(const Schema& schema, const Flat& flat, Instance& instance, const std::string& path, Span place,
                       std::vector<std::pair<std::string, Span>>& places) {
  std::vector<Entry> out;
  const bool top = path.empty();
  std::vector<std::string_view> given;
  for (const auto& item : flat.attributes) {
    const auto* attribute_schema = schema.attribute(item.assign->name.text);
    if (attribute_schema == nullptr) continue;  // an option of every resource, or reported
    if (std::find(given.begin(), given.end(), attribute_schema->name) != given.end()) {
      diagnostics_->error("E0202", item.assign->name.span, fmt::format("`{}` is set twice", attribute_schema->name),
                          "set again here");
      continue;
    }
    given.push_back(attribute_schema->name);
    Value value = top ? attribute(instance, attribute_schema->name, item.assign->name.span)
                      : attribute_value(*attribute_schema, item, instance);
    if (item.assign->value) add_places(*item.assign->value, path + attribute_schema->name, places);
    if (!value.is_null()) out.emplace_back(attribute_schema->name, std::move(value));
  }
  for (const auto& a : schema.attributes) {
    if (a.computed || std::find(given.begin(), given.end(), a.name) != given.end()) continue;
    if (a.fallback) out.emplace_back(a.name, *a.fallback);
  }
  report_missing(schema, given, flat, place);
  for (const auto& slot : schema.blocks) {
    if (slot.resource) continue;
    Value value = block_config(slot, flat.blocks, instance, path, places);
    if (!value.is_null()) out.emplace_back(slot.name, std::move(value));
  }
  return Map(std::move(out));
}

Value Expander::block_config(const Block& slot, const std::vector<Flat::Block>& blocks, Instance& instance,
                             const std::string& path, std::vector<std::pair<std::string, Span>>& places) {
  std::vector<Entry> labelled;
  List plain;
  std::map<std::string, Span> seen;
  for (const auto& item : blocks) {
    if (item.block->kind.text != slot.name) continue;
    const auto& label = item.label;
    const Span where = item.block->label ? item.block->label->span : item.block->kind.span;
    const auto [first, fresh] = seen.try_emplace(label, where);
    if (!fresh && (slot.labelled || slot.times != Times::many)) {
      diagnostics_
          ->error("E0202", where,
                  slot.labelled ? fmt::format("{} `{}` is declared twice", slot.name, label)
                                : fmt::format("`{}` is given twice", slot.name),
                  "again")
          .secondary.push_back({first->second, "first here"});
      continue;
    }
    Context at{.env = item.env, .keys = item.keys, .self = &instance, .needs = &instance.needs};
    Flat inner{.outer = item.keys.size()};
    flatten(item.block->items, at, &instance, inner);
    std::string below = path + slot.name + ".";
    if (slot.labelled) {
      below += label + ".";
    } else if (slot.times == Times::many) {
      below += fmt::format("{}.", plain.size());
    }
    places.emplace_back(below.substr(0, below.size() - 1), where);
    Value value = config(*slot.schema, inner, instance, below, where, places);
    if (slot.labelled) {
      labelled.emplace_back(label, std::move(value));
    } else {
      plain.push_back(std::move(value));
    }
  }
  if (slot.labelled) return labelled.empty() ? Value(Map()) : Value(Map(std::move(labelled)));
  if (slot.times == Times::many) return plain.empty() ? Value() : Value(std::move(plain));
  return plain.empty() ? Value() : plain.front();
}

Options Expander::options(Instance& instance) {
  auto flag = [&](const std::string& name) {
    const Value v = attribute(instance, name, instance.decl->span);
    return v.boolean() != nullptr && *v.boolean();
  };
  Options out{.protect = flag("protect"), .keep = flag("keep")};
  const Value replace = attribute(instance, "replace", instance.decl->span);  // kept: what it holds is looked at
  if (const auto* order = replace.string())
    out.replace = *order == "create_first" ? Replace::create_first : Replace::destroy_first;
  out.ignore = ignored(instance);
  return out;
}

// What it is found by: the attributes that its block gives.
Resource Expander::existing(Instance& instance, const std::string& default_platform) {
  Resource out{.address = instance.address,
               .platform = default_platform,
               .doc = instance.decl->block->doc,
               .span = instance.decl->span,
               .existing = true};
  Map config;
  for (const auto& given : instance.flat.attributes) {
    const auto& name = given.assign->name.text;
    if (!given.assign->value) continue;
    Context at{.env = given.env, .keys = given.keys, .self = &instance, .needs = &instance.needs};
    Value value = eval(*given.assign->value, at);
    must_be_known(value, given.assign->value->span, fmt::format("`{}` of what exists already", name));
    out.places.emplace_back(name, given.assign->value->span);
    if (name != "platform") {
      config.set(name, std::move(value));
    } else if (value.ref() != nullptr) {
      out.platform = value.ref()->address.path;
    }
  }
  std::sort(out.places.begin(), out.places.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  out.config = std::move(config);
  return out;
}

Resource Expander::resource(Instance& instance, const std::string& default_platform) {
  Resource out{.address = instance.address,
               .platform = default_platform,
               .doc = instance.decl->block->doc,
               .span = instance.decl->span};
  Value own = config(*instance.decl->kind->schema, instance.flat, instance, "", instance.decl->span, out.places);
  Map all = *own.map();
  for (const char* shared : {"name", "labels"}) {
    Value value = attribute(instance, shared, instance.decl->span);
    if (!value.is_null()) all.set(shared, std::move(value));
  }
  if (instance.parent != nullptr) {
    all.set(instance.decl->kind->parent, Ref{instance.parent->address, ""});
    instance.needs.add(instance.parent->address);
  }
  out.config = std::move(all);
  out.options = options(instance);
  for (const auto& given : instance.flat.attributes) {
    if (!given.assign->value) continue;
    const auto& name = given.assign->name.text;
    Context at{.env = given.env, .keys = given.keys, .self = &instance};
    Needs ignored;
    at.needs = name == "platform" ? &ignored : &instance.needs;
    if (common_options().attribute(name) != nullptr) add_places(*given.assign->value, name, out.places);
    if (name == "depends_on") need_refs(eval(*given.assign->value, at), instance.needs);
    if (name == "platform") {
      const Value platform = eval(*given.assign->value, at);
      if (platform.ref() != nullptr) out.platform = platform.ref()->address.path;
    }
  }
  if (instance.parent != nullptr && out.platform == default_platform) {
    // A subnet lives where its vpc does.
    for (const auto& given : instance.parent->flat.attributes) {
      if (given.assign->name.text != "platform" || !given.assign->value) continue;
      Needs ignored;
      Context at{.env = given.env, .keys = given.keys, .self = instance.parent, .needs = &ignored};
      const Value platform = eval(*given.assign->value, at);
      if (platform.ref() != nullptr) out.platform = platform.ref()->address.path;
    }
  }
  out.depends_on = instance.needs.all();
  std::sort(out.places.begin(), out.places.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

}  // namespace infra
