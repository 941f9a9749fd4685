#include <fmt/format.h>

#include <algorithm>

#include "base/overloaded.h"
#include "compiler/index.h"
#include "compiler/names/language_habits.h"
#include "compiler/types/checker.h"

namespace infra {

std::vector<std::string> without_set(std::vector<std::string> names, const ast::Items& items) {
  for (const auto& item : items) {
    if (const auto* a = std::get_if<ast::Assign>(&item.node)) std::erase(names, a->name.text);
  }
  return names;
}

void Checker::loop(const ast::For& f, const std::function<void()>& inside) {
  const Scope scope(locals_);
  bind_loop(f.clause, true);
  loops_.push_back(&f);
  inside();
  loops_.pop_back();
}

void Checker::branch(const ast::If& i, const std::function<void(const ast::Items&)>& inside) {
  check(*i.condition, types::boolean(), "an `if`");
  for (const bool holds : {true, false}) {
    const Narrowed narrowed(*this);
    narrow(*i.condition, holds);
    inside(holds ? i.then_items : i.else_items);
  }
}

// `what` names the block in messages: "service `api`".
void Checker::body(const ast::Items& items, const Schema& schema, bool resource, const std::string& what) {
  std::map<std::string, Span> seen;
  for (const auto& item : items) {
    std::visit(
        Overloaded{
            [&](const ast::Assign& a) {
              const auto [at, fresh] = seen.try_emplace(a.name.text, a.name.span);
              if (!fresh) {
                diagnostics_
                    ->error("E0202", a.name.span, fmt::format("`{}` is set twice", a.name.text), "set again here")
                    .secondary.push_back({at->second, "first set here"});
              }
              assignment(a, schema, resource, what, items);
            },
            [&](const ast::BlockItem& b) {
              const auto* slot = index_ != nullptr ? schema.block(b.kind.text) : nullptr;
              if (slot != nullptr) {
                index_->word(b.kind.span, slot);
                index_->bodies.push_back({&item, slot->schema.get(), slot->resource});
              }
              block(b, schema, what);
            },
            [&](const ast::For& f) { loop(f, [&] { body(f.items, schema, resource, what); }); },
            [&](const ast::If& i) { branch(i, [&](const ast::Items& inner) { body(inner, schema, resource, what); }); },
            [&](const auto&) {
              diagnostics_->error("E0214", item.span, fmt::format("this isn't allowed inside {}", what),
                                  "only attributes, blocks, `for` and `if` may", "move it to the top of the file");
            },
        },
        item.node);
  }
}

namespace {

// What a plan is made from (how many, which one, which mode, how large) must be known for it; a text can be filled in
// when it is applied.
bool may_come_later(const Type& type) {
  switch (type.kind()) {
    case TypeKind::any_of:
      return std::any_of(type.alternatives().begin(), type.alternatives().end(), may_come_later);
    case TypeKind::list:
    case TypeKind::map:
      return may_come_later(type.element()) || type.element().kind() == TypeKind::resource;
    case TypeKind::string:
    case TypeKind::ip:
    case TypeKind::cidr:
      return true;
    default:
      return type.later;
  }
}

}  // namespace

void Checker::assignment(const ast::Assign& a, const Schema& schema, bool resource, const std::string& what,
                         const ast::Items& beside) {
  if (!a.value) return;
  const std::string quoted = '`' + a.name.text + '`';
  const auto* attribute = schema.attribute(a.name.text);
  if (attribute == nullptr && resource && option(a, schema)) return;
  if (attribute != nullptr && index_ != nullptr) index_->word(a.name.span, attribute);
  if (attribute != nullptr && !attribute->computed) {
    // Of a platform's settings those may be known later that say how it is reached: what is on it waits for them. The
    // others are needed before anything is lowered.
    const bool inside = resource || schema.name == "container" || schema.name == "port";
    check(*a.value, inside && may_come_later(attribute->type) ? attribute->type.as_later() : attribute->type, quoted);
    return;
  }
  infer(*a.value);
  if (attribute != nullptr) {
    diagnostics_->error("E0203", a.name.span, fmt::format("{} of {} is set by the platform", quoted, what),
                        "can't be set");
    return;
  }
  std::vector<std::string> names;
  for (const auto& known : schema.attributes) names.push_back(known.name);
  if (resource) {
    for (const auto& known : common_options().attributes) names.push_back(known.name);
    for (const auto& known : tie_options().attributes) names.push_back(known.name);
  }
  const auto habit = habit_of_attribute(schema.name, a.name.text);
  const auto near = habit.empty() ? did_you_mean(a.name.text, without_set(std::move(names), beside)) : std::string();
  std::string help = near.empty() ? habit : fmt::format("did you mean `{}`?", near);
  if (schema.block(a.name.text) != nullptr) help = fmt::format("it is a block: write `{} {{ … }}`", a.name.text);
  auto& d = diagnostics_->error("E0203", a.name.span, fmt::format("{} has no attribute {}", what, quoted),
                                "unknown attribute", std::move(help));
  if (!near.empty()) d.fixes.push_back({a.name.span, near});
}

void Checker::block(const ast::BlockItem& b, const Schema& schema, const std::string& what) {
  const auto* slot = schema.block(b.kind.text);
  if (slot == nullptr) {
    std::vector<std::string> names;
    for (const auto& known : schema.blocks) names.push_back(known.name);
    const auto habit = habit_of_attribute(schema.name, b.kind.text);
    const auto near = habit.empty() ? did_you_mean(b.kind.text, names) : std::string();
    std::string help = near.empty() ? habit : fmt::format("did you mean `{}`?", near);
    if (schema.attribute(b.kind.text) != nullptr) help = fmt::format("it is an attribute: write `{} = …`", b.kind.text);
    auto& d = diagnostics_->error("E0203", b.kind.span, fmt::format("{} has no block `{}`", what, b.kind.text),
                                  "unknown block", std::move(help));
    if (!near.empty()) d.fixes.push_back({b.kind.span, near});
    return;
  }
  if (slot->labelled && !b.label) {
    diagnostics_->error("E0213", b.kind.span, fmt::format("a `{}` needs a name", b.kind.text), "name missing",
                        fmt::format("write `{} NAME {{ … }}`", b.kind.text));
  } else if (!slot->labelled && b.label) {
    diagnostics_->error("E0213", b.label->span, fmt::format("a `{}` takes no name", b.kind.text), "not here",
                        fmt::format("write `{} {{ … }}`", b.kind.text));
  }
  const auto* outer = std::exchange(self_, slot->schema.get());
  const std::string inner =
      b.label ? fmt::format("{} `{}`", b.kind.text, b.label->text) : fmt::format("`{}`", b.kind.text);
  body(b.items, *slot->schema, slot->resource, inner);
  self_ = outer;
}

// `existing vpc shared { id = "vpc-123" }`: by what it is found; nothing of it is set.
void Checker::existing(const ast::BlockItem& b, const Schema& schema) {
  std::map<std::string, Span> seen;
  const std::string what = fmt::format("an existing {}", b.kind.text);
  for (const auto& item : b.items) {
    const auto* a = std::get_if<ast::Assign>(&item.node);
    if (a == nullptr) {
      diagnostics_->error("E0214", item.span, fmt::format("this isn't allowed inside {}", what),
                          "only attributes by which it is found", "it is read and never changed");
      continue;
    }
    const auto [at, fresh] = seen.try_emplace(a->name.text, a->name.span);
    if (!fresh) {
      diagnostics_->add({.code = "E0202",
                         .message = fmt::format("`{}` is set twice", a->name.text),
                         .primary = {a->name.span, "set again here"},
                         .secondary = {{at->second, "first set here"}}});
    }
    if (!a->value) continue;
    const std::string quoted = fmt::format("`{}`", a->name.text);
    if (a->name.text == "id" || a->name.text == "name") {
      check(*a->value, types::string(), quoted);
    } else if (a->name.text == "platform") {
      check(*a->value, Type::resource("platform"), quoted);
    } else if (const auto* attribute = schema.attribute(a->name.text)) {
      check(*a->value, attribute->type, quoted);
    } else {
      infer(*a->value);
      std::vector<std::string> names = {"id", "name", "platform"};
      for (const auto& known : schema.attributes) names.push_back(known.name);
      const auto near = did_you_mean(a->name.text, names);
      diagnostics_->error("E0203", a->name.span, fmt::format("{} has no attribute {}", what, quoted),
                          "unknown attribute", near.empty() ? "" : fmt::format("did you mean `{}`?", near));
    }
  }
  if (!seen.contains("id") && !seen.contains("name")) {
    const auto& span = b.label ? b.label->span : b.kind.span;
    diagnostics_->error("E0206", span, fmt::format("{} needs what it is found by", what), "no `id`, no `name`",
                        "add `id = \"…\"` or `name = \"…\"`");
  }
}

void Checker::item(const ast::Item& i) {
  std::visit(Overloaded{
                 [&](const ast::BlockItem& b) {
                   if (!program_->by_block.contains(&b)) return;  // already reported
                   if (b.kind.text == "module") return module(b);
                   const auto* kind = find_kind(b.kind.text);
                   const bool resource = kind->role == KindRole::resource;
                   if (index_ != nullptr) {
                     index_->word(b.kind.span, kind);
                     index_->bodies.push_back({&i, kind->schema.get(), resource});
                   }
                   if (b.existing) return existing(b, *kind->schema);
                   const auto* outer = std::exchange(self_, kind->schema.get());
                   declaring_ = program_->by_block.at(&b);
                   body(b.items, *kind->schema, resource,
                        fmt::format("{} `{}`", b.kind.text, b.label ? b.label->text : "?"));
                   declaring_ = nullptr;
                   self_ = outer;
                 },
                 [&](const ast::For& f) {
                   loop(f, [&] {
                     for (const auto& inner : f.items) item(inner);
                   });
                 },
                 [&](const ast::If& c) {
                   branch(c, [&](const ast::Items& items) {
                     for (const auto& inner : items) item(inner);
                   });
                 },
                 [](const auto&) {},
             },
             i.node);
}

// The declared types first: a default may be made from any other param.
void Checker::params() {
  for (const auto& [name, param] : program_->params) {
    const Type type = param->type ? resolve(*param->type) : Type();
    out_.params[name] = type;
  }
  for (const auto& [name, param] : program_->params) {
    if (!param->fallback) continue;
    defaulting_ = param;
    if (param->type) {
      check(*param->fallback, out_.params[name], fmt::format("the default of `{}`", name));
      continue;
    }
    const Type type = infer(*param->fallback);
    out_.params[name] = type.kind() == TypeKind::literals ? types::string() : type;
  }
  defaulting_ = nullptr;
}

void Checker::outputs() {
  for (const auto& [name, output] : program_->outputs) {
    if (!output->value) continue;
    Type type = output->type ? resolve(*output->type) : Type();
    const Type given =
        output->type ? check(*output->value, type.as_later(), fmt::format("output `{}`", name)) : infer(*output->value);
    if (!output->type) type = given;
    if (!output->type && has_secret(given)) {
      diagnostics_->error("E0413", output->value->span, fmt::format("output `{}` would show a secret", name),
                          "this is secret", "declare it as Secret<…>; it is then shown as ***");
    }
    out_.outputs[name] = type;
  }
}

void Checker::functions() {
  for (const auto& [name, fn] : program_->functions) function(*fn);
}

void Checker::function(const ast::Fn& fn) {
  if (!checked_.insert(&fn).second) return;
  const Scope scope(locals_);
  FnTypes types;
  for (const auto& p : fn.parameters) {
    types.parameters.push_back(p.type ? resolve(*p.type) : Type());
    bind(p.name, types.parameters.back());
  }
  types.result = fn.result ? resolve(*fn.result) : Type();
  out_.functions[&fn] = types;
  if (!fn.body) return;
  if (fn.result) {
    check(*fn.body, types.result.as_later(), fmt::format("`{}`", fn.name.text));
  } else {
    infer(*fn.body);
  }
}

// What nobody uses may be wrong, too.
void Checker::libraries() {
  std::vector<const Program*> all;
  const std::function<void(const Program&)> collect = [&](const Program& program) {
    for (const auto& [alias, library] : program.libraries) {
      if (std::find(all.begin(), all.end(), library) != all.end()) continue;
      all.push_back(library);
      collect(*library);
    }
  };
  collect(*program_);
  for (const auto* library : all) {
    const Elsewhere in_it(*this, *library);
    definitions();
  }
}

void Checker::definitions() {
  for (const auto& [name, let] : program_->lets) let_type(*let, *program_, let->name.span);
  functions();
  for (const auto& [name, type] : program_->types) {
    if (type->type) resolve(*type->type);
  }
}

Types Checker::run() {
  params();
  libraries();
  load_modules();
  definitions();
  for (const auto& [name, setting] : program_->settings) {
    if (setting->value) check(*setting->value, Type::resource("platform"), fmt::format("`{}`", name));
  }
  for (const auto* a : program_->asserts) assertion(*a);
  for (const auto* top : program_->items) item(*top);
  outputs();
  policies();
  tests();
  if (index_ != nullptr) index_types();
  return std::move(out_);
}

Types check_types(const Program& program, ModuleLoader& modules, Diagnostics& diagnostics, Index* index) {
  return Checker(program, modules, diagnostics, index).run();
}

}  // namespace infra
