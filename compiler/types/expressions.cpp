#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "base/overloaded.h"
#include "compiler/index.h"
#include "compiler/nesting.h"
#include "compiler/types/checker.h"
#include "compiler/words.h"

namespace infra {

Type without_later(const Type& type, bool& had) {
  Type out = type;
  if (!type.facts().later) return out;
  const bool holds = type.kind() == TypeKind::list || type.kind() == TypeKind::map;
  if (holds) out = type.with_element(without_later(type.element(), had));
  if (type.kind() == TypeKind::record) {
    std::vector<Field> fields;
    for (const auto& f : type.fields()) fields.push_back({f.name, without_later(f.type, had)});
    out = Type::record(std::move(fields));
  }
  had = had || type.later;
  out.later = false;
  out.optional = type.optional;
  out.secret = type.secret;
  out.low = type.low;
  out.high = type.high;
  return out;
}

Type with_later_of(const Type& declared, const Type& found) {
  if (!found.facts().later) return declared;
  if (found.later) return declared.as_later();
  const auto kind = declared.kind();
  const bool holds = kind == TypeKind::list || kind == TypeKind::map;
  if (holds && found.kind() == kind) return declared.with_element(with_later_of(declared.element(), found.element()));
  if (kind == TypeKind::map && found.kind() == TypeKind::record) {
    Type element = declared.element();
    for (const auto& f : found.fields()) element = with_later_of(element, f.type);
    return declared.with_element(std::move(element));
  }
  if (kind == TypeKind::record && found.kind() == TypeKind::record) {
    std::vector<Field> fields;
    for (const auto& f : declared.fields()) {
      const auto* other = found.field(f.name);
      fields.push_back({f.name, other != nullptr ? with_later_of(f.type, other->type) : f.type});
    }
    Type out = Type::record(std::move(fields));
    out.optional = declared.optional;
    out.secret = declared.secret;
    out.later = declared.later;
    return out;
  }
  return declared.as_later();
}

bool has_secret(const Type& type) { return type.facts().secret; }

namespace {

Type without_secret(Type type) {
  if (!type.facts().secret) return type;
  type.secret = false;
  if (type.kind() == TypeKind::list || type.kind() == TypeKind::map)
    return type.with_element(without_secret(type.element()));
  if (type.kind() == TypeKind::record) {
    std::vector<Field> fields;
    for (const auto& f : type.fields()) fields.push_back({f.name, without_secret(f.type)});
    return Type::record(std::move(fields));
  }
  return type;
}

constexpr std::uint64_t kMostTypeSteps = 100'000'000;  // each about what comparing two fields takes

// "512MiB" for a whole number where a size is wanted: the commonest slip of those who come from other tools.
std::string unit_help(const Type& actual, const Type& expected) {
  const bool number = actual.kind() == TypeKind::integer || actual.kind() == TypeKind::floating;
  const bool text = actual.kind() == TypeKind::literals || actual.kind() == TypeKind::string;
  if (!number && !text) return "";
  switch (expected.kind()) {
    case TypeKind::bytes:
      return "write a size with its unit, such as 512MiB";
    case TypeKind::duration:
      return "write a duration with its unit, such as 30s";
    case TypeKind::cpu:
      return "write CPU with its unit, such as 0.5vcpu";
    case TypeKind::percent:
      return "write a percentage, such as 60%";
    case TypeKind::cidr:
      return text ? "write the network without quotes, such as 10.0.0.0/16" : "";
    case TypeKind::ip:
      return text ? "write the address without quotes, such as 10.0.0.1" : "";
    case TypeKind::integer:
      return text ? "write the number without quotes" : "";
    case TypeKind::boolean:
      return text ? "write true or false without quotes" : "";
    default:
      return "";
  }
}

const std::vector<std::string> kNoKeys;

// What a literal is to be: that a place would also take what is known later says nothing of it.
Type wanted_value(const Type& expected) {
  bool later = false;
  return without_later(expected, later).required();
}

std::string mismatch_help(const Type& actual, const Type& expected) {
  if (actual.kind() == TypeKind::literals && expected.kind() == TypeKind::literals && actual.members().size() == 1) {
    const auto near = did_you_mean(actual.members()[0], expected.members());
    return near.empty() ? "" : fmt::format("did you mean \"{}\"?", near);
  }
  if (actual.optional && !expected.optional && fits(actual.required(), expected)) {
    return "it may be null: give a value for that case with `?? …`";
  }
  if (expected.kind() == TypeKind::list && fits(actual, expected.element())) return "write it as a list: [ … ]";
  return unit_help(actual, expected);
}

}  // namespace

void Checker::compare(const ast::Expr& e, const Type& actual, const Type& expected, const std::string& what) {
  bool had_later = false;
  Type plain = without_later(actual, had_later);
  Type wanted = expected;
  wanted.later = false;
  // What a loop declares is a map by its keys; where a list of such is wanted, all of them are meant.
  const bool resources = wanted.kind() == TypeKind::list && wanted.element().kind() == TypeKind::resource;
  if (resources && plain.kind() == TypeKind::map) plain = Type::list(plain.element());
  if (plain.identity() != wanted.identity() && !spend(std::min(plain.facts().size, wanted.facts().size) / 8, e.span))
    return;
  if (fits(plain, wanted)) {
    if (had_later && !expected.later) {
      too_late(e, fmt::format("{} must be known before anything is applied", what),
               "use a value that is written in the stack");
    }
    return;
  }
  if (has_secret(plain) && fits(without_secret(plain), without_secret(wanted))) {
    if (lifted_ != nullptr) {  // what a function makes of it is secret
      *lifted_ = true;
      return;
    }
    diagnostics_->error("E0413", e.span, fmt::format("{} would show a secret", what), "this is secret",
                        "a container takes secrets in `secrets = { … }`, an output as Secret<…>");
    return;
  }
  if (plain.kind() == TypeKind::resource && wanted.kind() == TypeKind::resource)
    return wrong_kind(e, plain, wanted, what);
  auto& d =
      diagnostics_->error("E0204", e.span, fmt::format("{} takes {}, got {}", what, to_text(wanted), to_text(plain)),
                          fmt::format("this is {}", to_text(plain)), mismatch_help(plain, wanted));
  const auto* ref = std::get_if<ast::NameRef>(&e.node);
  const auto* hidden = ref != nullptr ? program_->find(wanted_kind(wanted), ref->name) : nullptr;
  if (hidden == nullptr) return;
  const auto form = qualified_form(wanted_kind(wanted), ref->name);
  d.help = fmt::format("a nearer name hides the {} `{}`: write `{}`", wanted_kind(wanted), ref->name, form);
  d.fixes.push_back({e.span, form});
}

void Checker::equal_keys(const ast::MapExpr& map) {
  std::set<std::string_view> seen;
  for (const auto& entry : map.entries) {
    if (!entry.key_expr && !seen.insert(entry.key.text).second)
      diagnostics_->error("E0202", entry.key.span, fmt::format("the key `{}` is given twice", entry.key.text), "again");
  }
}

// The type names the keys that there are.
void Checker::unknown_key(const ast::Name& key, const Type& map, const std::string& what) {
  const auto near = did_you_mean(key.text, map.members());
  auto& d = diagnostics_->error("E0203", key.span, fmt::format("{} takes no key `{}`", what, key.text), "unknown key",
                                near.empty() ? fmt::format("its keys are {}", to_text(Type::literals(map.members())))
                                             : fmt::format("did you mean `{}`?", near));
  if (!near.empty()) d.fixes.push_back({key.span, near});
}

// Goes into what has an inside of its own, so that a message points to the element that is wrong and not to the whole.
bool Checker::check_inside(const ast::Expr& e, const Type& expected, const std::string& what) {
  Type bare = expected;
  bare.optional = false;
  if (const auto* c = std::get_if<ast::Conditional>(&e.node)) {
    check(*c->condition, expected.later ? types::boolean().as_later() : types::boolean(), "a condition");
    for (const bool holds : {true, false}) {
      const Narrowed narrowed(*this);
      narrow(*c->condition, holds);
      check(holds ? *c->yes : *c->no, expected, what);
    }
    return true;
  }
  if (const auto* list = std::get_if<ast::ListExpr>(&e.node); list != nullptr && expected.kind() == TypeKind::list) {
    Type element = expected.element();
    element.later = element.later || expected.later;
    element.secret = element.secret || expected.secret;
    for (const auto& item : list->items) check(*item, element, "an element of " + what);
    return true;
  }
  if (expected.kind() == TypeKind::map && merged(e, expected, what)) return true;
  const auto* map = std::get_if<ast::MapExpr>(&e.node);
  if (map == nullptr || (expected.kind() != TypeKind::map && expected.kind() != TypeKind::record)) return false;
  equal_keys(*map);
  const auto& keys = expected.kind() == TypeKind::map ? expected.members() : kNoKeys;
  const Type key_type = keys.empty() ? types::string() : Type::literals(keys);
  std::unordered_set<std::string_view> given;
  for (const auto& entry : map->entries) {
    given.insert(entry.key.text);
    const auto* field = expected.field(entry.key.text);
    if (entry.key_expr) check(*entry.key_expr, key_type, "a key");
    if (!entry.key_expr && !keys.empty() && !expected.has_member(entry.key.text))
      unknown_key(entry.key, expected, what);
    if (expected.kind() == TypeKind::record && (field == nullptr || entry.key_expr)) {
      const auto near = nearest_field(entry.key.text, expected);
      diagnostics_->error("E0203", entry.key.span, fmt::format("{} has no field `{}`", what, entry.key.text),
                          "unknown field", near.empty() ? "" : fmt::format("did you mean `{}`?", near));
      continue;
    }
    Type element = field != nullptr ? field->type : expected.element();
    element.later = element.later || expected.later;
    element.secret = element.secret || expected.secret;
    check(*entry.value, element, '`' + entry.key.text + "` in " + what);
  }
  for (const auto& f : expected.fields()) {
    if (!given.contains(f.name) && !f.type.optional)
      diagnostics_->error("E0206", e.span, fmt::format("{} lacks the field `{}`", what, f.name));
  }
  return true;
}

Type Checker::check(const ast::Expr& e, const Type& expected, const std::string& what) {
  if (index_ == nullptr) return check_expr(e, expected, what);
  index_->expect(e, expected);
  Type type = check_expr(e, expected, what);
  index_->type(e, type);
  return type;
}

Type Checker::check_expr(const ast::Expr& e, const Type& expected, const std::string& what) {
  // What is checked element by element has the type that was expected of it, and is Later if an element is.
  const bool outer = std::exchange(later_inside_, false);
  const bool inside = !expected.is_error() && check_inside(e, expected, what);
  const bool later = later_inside_;
  later_inside_ = outer || later;
  // Of a map that is written here the keys are known.
  const bool keyed = expected.kind() == TypeKind::map && std::holds_alternative<ast::MapExpr>(e.node);
  if (inside) {
    if (const auto* list = std::get_if<ast::ListExpr>(&e.node)) {
      if (const auto why = violated(expected, Value(List(list->items.size()))))
        diagnostics_->error("E0210", e.span, fmt::format("{} {}", what, *why),
                            fmt::format("must be {}", to_text(wanted_value(expected))));
    }
    Type type = expected;
    type.later = later && !keyed;
    if (later && keyed) type = type.with_element(type.element().as_later());
    return type;
  }
  if (expected.kind() == TypeKind::resource && expected.name() == "port") return port(e, what);
  const auto* ref = std::get_if<ast::NameRef>(&e.node);
  Type actual = ref != nullptr ? narrowed(e, name(e, *ref, &expected)) : infer(e);
  bool had_later = false;
  without_later(actual, had_later);
  later_inside_ = later_inside_ || had_later;
  if (expected.is_error() || actual.is_error()) return actual;
  compare(e, actual, expected, what);
  if (const auto* literal = std::get_if<ast::Literal>(&e.node); literal != nullptr && fits(actual, expected)) {
    if (const auto why = violated(expected, literal->value)) {
      const bool text = literal->value.string() != nullptr;  // a pattern says little: what stands there says more
      diagnostics_->error("E0210", e.span, fmt::format("{} {}", what, *why),
                          text ? fmt::format("this is {}", to_source(literal->value))
                               : fmt::format("must be {}", to_text(wanted_value(expected))));
    }
  }
  return actual;
}

Type Checker::infer(const ast::Expr& e) {
  Type type = bounded(infer_expr(e), e.span);
  if (index_ != nullptr) index_->type(e, type);
  return type;
}

// False if all that checking a stack may cost is spent, which is told once.
bool Checker::spend(std::uint64_t steps, Span span) {
  const bool before = steps_ >= kMostTypeSteps;
  steps_ += std::min(steps, kMostTypeSteps);
  if (steps_ < kMostTypeSteps) return true;
  if (!before) {
    diagnostics_->error("E0307", span, "the types of this stack need too many steps to check", "stopped here",
                        "give large lists, maps and unions a type of their own with `type`, or make them smaller");
  }
  return false;
}

// Types are walked through: what is too deep or too large for that is told once, and is no type.
Type Checker::bounded(Type type, Span span) {
  const TypeFacts facts = type.facts();
  if (facts.depth <= kDeepestType && facts.size <= kLargestType) return type;
  if (!std::exchange(too_deep_, true)) {
    diagnostics_->error("E0307", span,
                        facts.depth > kDeepestType
                            ? fmt::format("the type of this has more than {} types inside of each other", kDeepestType)
                            : fmt::format("the type of this has more than {} parts", kLargestType),
                        "stopped here", "make the chain of values shorter");
  }
  return {};
}

Type Checker::infer_expr(const ast::Expr& e) {
  if (!spend(1, e.span)) return {};
  if (depth_ >= kMostNesting) {
    if (!std::exchange(too_deep_, true))
      diagnostics_->error("E0307", e.span,
                          fmt::format("this depends on more than {} things one after the other", kMostNesting),
                          "stopped here", "make the chain of values shorter");
    return {};
  }
  const Deeper deeper(depth_);
  return std::visit(Overloaded{
                        [&](const ast::Literal& l) { return type_of(l.value); },
                        [&](const ast::Interpolation& i) { return infer_interpolation(i); },
                        [&](const ast::NameRef& n) { return narrowed(e, name(e, n, nullptr)); },
                        [&](const ast::Member& m) { return narrowed(e, member(e, m)); },
                        [&](const ast::Index& i) { return index(e, i); },
                        [&](const ast::CallExpr& c) { return call(e, c); },
                        [&](const ast::Unary& u) { return unary(u); },
                        [&](const ast::Binary& b) { return binary(e, b); },
                        [&](const ast::Conditional& c) {
                          check(*c.condition, types::boolean().as_later(), "a condition");
                          const auto branch = [&](const ast::Expr& taken, bool holds) {
                            const Narrowed narrowed(*this);
                            narrow(*c.condition, holds);
                            return infer(taken);
                          };
                          const Type yes = branch(*c.yes, true);
                          const Type no = branch(*c.no, false);
                          auto both = join(yes, no);
                          if (!both) {
                            diagnostics_
                                ->error(
                                    "E0204", c.no->span,
                                    fmt::format("the two sides of `?:` differ: {} and {}", to_text(yes), to_text(no)),
                                    fmt::format("this is {}", to_text(no)))
                                .secondary.push_back({c.yes->span, fmt::format("this is {}", to_text(yes))});
                          }
                          return both.value_or(Type());
                        },
                        [&](const ast::RangeExpr& r) {
                          const Type low = infer(*r.low);
                          const bool sizes = low.kind() == TypeKind::bytes;
                          const Type element = sizes ? types::bytes() : types::integer();
                          compare(*r.low, low, element, "a range's end");
                          check(*r.high, element, "a range's end");
                          return Type::range(element);
                        },
                        [&](const ast::ListExpr& l) { return infer_list(l); },
                        [&](const ast::MapExpr& m) { return infer_map(m); },
                        [&](const ast::ListFor& l) { return infer_for(l); },
                        [&](const ast::MapFor& m) { return infer_for(m, e.span); },
                        [&](const ast::Broken&) { return Type(); },
                    },
                    e.node);
}

}  // namespace infra
