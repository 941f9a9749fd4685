#include <fmt/format.h>

#include <algorithm>

#include "compiler/checker.h"
#include "compiler/overloaded.h"

namespace infra {

void Checker::loop(const ast::For& f, const std::function<void()>& inside) {
  const Scope scope(locals_);
  bind_loop(f.clause, true);
  loops_.push_back(&f);
  inside();
  loops_.pop_back();
}

void Checker::branch(const ast::If& i, const std::function<void(const ast::Items&)>& inside) {
  check(*i.condition, types::boolean(), "an `if`");
  inside(i.then_items);
  inside(i.else_items);
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
                    .error("E0202", a.name.span, fmt::format("`{}` is set twice", a.name.text), "set again here")
                    .secondary.push_back({at->second, "first set here"});
              }
              assignment(a, schema, resource, what);
            },
            [&](const ast::BlockItem& b) { block(b, schema, what); },
            [&](const ast::For& f) { loop(f, [&] { body(f.items, schema, resource, what); }); },
            [&](const ast::If& i) { branch(i, [&](const ast::Items& inner) { body(inner, schema, resource, what); }); },
            [&](const auto&) {
              diagnostics_.error("E0214", item.span, fmt::format("this can't stand inside {}", what),
                                 "only attributes, blocks, `for` and `if` may", "move it to the top of the file");
            },
        },
        item.node);
  }
}

void Checker::assignment(const ast::Assign& a, const Schema& schema, bool resource, const std::string& what) {
  if (!a.value) return;
  const std::string quoted = fmt::format("`{}`", a.name.text);
  const auto* attribute = schema.attribute(a.name.text);
  if (attribute == nullptr && resource && option(a, schema)) return;
  if (attribute != nullptr && !attribute->computed) {
    // The platform's own settings are needed before the first outside call; everything else may be known later.
    check(
        *a.value,
        resource || schema.name == "container" || schema.name == "port" ? attribute->type.as_later() : attribute->type,
        quoted);
    return;
  }
  infer(*a.value);
  if (attribute != nullptr) {
    diagnostics_.error("E0203", a.name.span, fmt::format("{} of {} is set by the platform", quoted, what),
                       "can't be set");
    return;
  }
  std::vector<std::string> names;
  for (const auto& known : schema.attributes) names.push_back(known.name);
  if (resource) {
    for (const auto& known : common_options().attributes) names.push_back(known.name);
    names.insert(names.end(), {"platform", "depends_on"});
  }
  const auto near = did_you_mean(a.name.text, names);
  std::string help = near.empty() ? "" : fmt::format("did you mean `{}`?", near);
  if (schema.block(a.name.text) != nullptr) help = fmt::format("it is a block: write `{} {{ … }}`", a.name.text);
  auto& d = diagnostics_.error("E0203", a.name.span, fmt::format("{} has no attribute {}", what, quoted),
                               "unknown attribute", std::move(help));
  if (!near.empty()) d.fixes.push_back({a.name.span, near});
}

void Checker::block(const ast::BlockItem& b, const Schema& schema, const std::string& what) {
  const auto* slot = schema.block(b.kind.text);
  if (slot == nullptr) {
    std::vector<std::string> names;
    for (const auto& known : schema.blocks) names.push_back(known.name);
    const auto near = did_you_mean(b.kind.text, names);
    std::string help = near.empty() ? "" : fmt::format("did you mean `{}`?", near);
    if (schema.attribute(b.kind.text) != nullptr) help = fmt::format("it is an attribute: write `{} = …`", b.kind.text);
    auto& d = diagnostics_.error("E0203", b.kind.span, fmt::format("{} has no block `{}`", what, b.kind.text),
                                 "unknown block", std::move(help));
    if (!near.empty()) d.fixes.push_back({b.kind.span, near});
    return;
  }
  if (slot->labelled && !b.label) {
    diagnostics_.error("E0213", b.kind.span, fmt::format("a `{}` needs a name", b.kind.text), "name missing",
                       fmt::format("write `{} NAME {{ … }}`", b.kind.text));
  } else if (!slot->labelled && b.label) {
    diagnostics_.error("E0213", b.label->span, fmt::format("a `{}` takes no name", b.kind.text), "not here",
                       fmt::format("write `{} {{ … }}`", b.kind.text));
  }
  const auto* outer = std::exchange(self_, slot->schema.get());
  const std::string inner =
      b.label ? fmt::format("{} `{}`", b.kind.text, b.label->text) : fmt::format("`{}`", b.kind.text);
  body(b.items, *slot->schema, slot->resource, inner);
  self_ = outer;
}

void Checker::item(const ast::Item& i) {
  std::visit(Overloaded{
                 [&](const ast::BlockItem& b) {
                   const auto* kind = find_kind(b.kind.text);
                   if (kind == nullptr || !program_.by_block.contains(&b)) return;  // already reported
                   const auto* outer = std::exchange(self_, kind->schema.get());
                   body(b.items, *kind->schema, kind->role == KindRole::resource,
                        fmt::format("{} `{}`", b.kind.text, b.label ? b.label->text : "?"));
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
  for (const auto& [name, param] : program_.params) {
    const Type type = param->type ? names_.resolve(*param->type) : Type();
    if (type.later) {
      diagnostics_.error("E0305", param->type->span, "a param is known before anything is applied", {},
                         "leave out Later<…>");
    }
    out_.params[name] = type;
  }
  for (const auto& [name, param] : program_.params) {
    if (!param->fallback) continue;
    if (param->type) {
      check(*param->fallback, out_.params[name], fmt::format("the default of `{}`", name));
      continue;
    }
    const Type type = infer(*param->fallback);
    out_.params[name] = type.kind() == TypeKind::literals ? types::string() : type;
  }
}

void Checker::outputs() {
  for (const auto& [name, output] : program_.outputs) {
    if (!output->value) continue;
    Type type = output->type ? names_.resolve(*output->type) : Type();
    const Type given =
        output->type ? check(*output->value, type.as_later(), fmt::format("output `{}`", name)) : infer(*output->value);
    if (!output->type) type = given;
    if (!output->type && given.secret) {
      diagnostics_.error("E0413", output->value->span, fmt::format("output `{}` would show a secret", name),
                         "this is secret", "declare it as Secret<…>; it is then shown as ***");
    }
    out_.outputs[name] = type;
  }
}

Types Checker::run() {
  params();
  for (const auto& [name, let] : program_.lets) let_type(name, let->name.span);
  for (const auto& [name, fn] : program_.functions) {
    const Scope scope(locals_);
    for (const auto& p : fn->parameters) locals_.push_back({p.name.text, p.type ? names_.resolve(*p.type) : Type()});
    if (!fn->body) continue;
    if (fn->result) {
      check(*fn->body, names_.resolve(*fn->result).as_later(), fmt::format("`{}`", name));
    } else {
      infer(*fn->body);
    }
  }
  for (const auto& [name, type] : program_.types) {
    if (type->type) names_.resolve(*type->type);
  }
  for (const auto& [name, setting] : program_.settings) {
    if (setting->value) check(*setting->value, Type::resource("platform"), fmt::format("`{}`", name));
  }
  for (const auto* a : program_.asserts) {
    check(*a->condition, types::boolean(), "an `assert`");
    if (a->message) check(*a->message, types::string(), "an assert's message");
  }
  for (const auto* top : program_.items) item(*top);
  outputs();
  return std::move(out_);
}

Types check_types(const Program& program, Diagnostics& diagnostics) { return Checker(program, diagnostics).run(); }

}  // namespace infra
