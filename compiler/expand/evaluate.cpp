#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/overloaded.h"
#include "compiler/expand/expander.h"
#include "compiler/expand/failed.h"
#include "compiler/functions/functions.h"
#include "compiler/index.h"
#include "compiler/nesting.h"

namespace infra {
namespace {

// Evaluation is bounded in time, stack and memory: no file can keep a plan from ending with a message.
constexpr std::size_t kMostSteps = 20'000'000;
constexpr std::size_t kMostHeld = std::size_t{128} << 20U;  // bytes of all values made, about
constexpr std::uint32_t kDeepest = 250;                     // of lists and maps inside each other: what JSON takes back
constexpr std::uint32_t kHighest = 1'000;                   // of values that aren't known inside each other

// These give what was there before.
constexpr std::array<std::string_view, 7> kPicks = {"[]", "?:", "??", "first", "last", "get", "sum"};

}  // namespace

// Values share what they are made of, so what is counted is what each step adds.
bool Expander::charge(std::size_t bytes, Span span) {
  const bool before = site_->held > kMostHeld;
  site_->held += bytes;
  if (site_->held <= kMostHeld) return true;
  if (!before) {
    diagnostics_->error("E0307", span, "the values of this stack need too much memory", "stopped here",
                        "make its loops, lists and texts smaller");
  }
  return false;
}

Value Expander::made(Value value, Span span) {
  if (const auto* text = value.string(); text != nullptr && text->size() > kLongestText) {
    diagnostics_->error("E0307", span, "this text is longer than 16MiB", "stopped here");
    return kFailed;
  }
  const Facts facts = value.facts();
  if (facts.depth > kDeepest || facts.height > kHighest) {
    if (!std::exchange(site_->too_deep, true)) {
      diagnostics_->error("E0307", span,
                          facts.depth > kDeepest
                              ? fmt::format("this value has more than {} lists and maps inside of each other", kDeepest)
                              : fmt::format("this is made from more than {} values inside of each other that are known "
                                            "only after apply",
                                            kHighest),
                          "stopped here", "make the chain of values shorter");
    }
    return kFailed;
  }
  if (!charge(facts.weight, span)) return kFailed;
  return value;
}

Value Expander::apply(std::string_view function, const List& arguments, Span span) {
  if (auto value = looked_up(function, arguments)) return *std::move(value);
  if (!spend(call_cost(function, arguments), span)) return kFailed;
  std::string error;
  if (auto value = call_function(function, arguments, error)) {
    const bool picked = std::find(kPicks.begin(), kPicks.end(), function) != kPicks.end();
    return picked ? *std::move(value) : made(*std::move(value), span);
  }
  diagnostics_->error("E0303", span, error, "while computing this");
  return kFailed;
}

bool Expander::spend(std::size_t steps, Span span) {
  const bool before = site_->steps >= kMostSteps;
  site_->steps += std::min(steps, kMostSteps);
  if (site_->steps < kMostSteps) return true;
  if (!before) {
    diagnostics_->error("E0307", span, "this stack needs too many steps to compute", "stopped here",
                        "make its loops, lists and texts smaller");
  }
  return false;
}

// `x in list`, list.contains(x) and list.index_of(x), of a long list by an index of it.
std::optional<Value> Expander::looked_up(std::string_view function, const List& arguments) {
  const bool in = function == "in";
  if (arguments.size() != 2 || (!in && function != "contains" && function != "index_of")) return std::nullopt;
  const Value& list = arguments[in ? 1 : 0];
  const Value& wanted = arguments[in ? 0 : 1];
  const auto plain = [](const Value& value) { return value.known() && !value.has_secret(); };
  if (!plain(list) || !plain(wanted) || !site_->lists.knows(list)) return std::nullopt;
  const auto place = site_->lists.place(list, wanted);
  if (function != "index_of") return Value(place.has_value());
  return place ? Value(static_cast<std::int64_t>(*place)) : Value();
}

// coerce(), which looks through a large value only once for each type.
Value Expander::coerced(const Value& value, const Type& type, Span span) {
  if (const auto* known = site_->coercions.find(value, type)) return *known;
  if (!spend(walk_cost(value), span)) return kFailed;
  Value out = coerce(value, type);
  site_->coercions.keep(value, type, out);
  return out;
}

// False if the bounds are reached, which is told once.
bool Expander::may_go_on(Span span) {
  if (!spend(1, span)) return false;
  if (site_->held > kMostHeld || site_->too_deep) return false;
  if (site_->depth < kMostNesting) return true;
  site_->too_deep = true;
  diagnostics_->error("E0307", span, fmt::format("more than {} computations are nested here", kMostNesting),
                      "stopped here",
                      "a function that calls itself must come to an end; a chain of values must be shorter");
  return false;
}

Value Expander::eval(const ast::Expr& e, Context& at) {
  if (!may_go_on(e.span)) return kFailed;
  if (options_.poisoned != nullptr && options_.poisoned->within(e.span)) return kFailed;
  const Deeper deeper(site_->depth);
  Value value = eval_node(e, at);
  if (input_.index != nullptr) input_.index->value(e, value);
  return value;
}

Value Expander::eval_node(const ast::Expr& e, Context& at) {
  return std::visit(Overloaded{
                        [&](const ast::Literal& l) { return l.value; },
                        [&](const ast::Interpolation& i) { return eval_interpolation(e, i, at); },
                        [&](const ast::NameRef& n) { return eval_name(e, n, at); },
                        [&](const ast::Member& m) { return eval_member(e, m, at); },
                        [&](const ast::Index& i) { return eval_index(e, i, at); },
                        [&](const ast::CallExpr& c) { return eval_call(e, c, at); },
                        [&](const ast::Unary& u) { return apply(u.op, {eval(*u.operand, at)}, e.span); },
                        [&](const ast::Binary& b) { return eval_binary(e, b, at); },
                        [&](const ast::Conditional& c) {
                          const Value condition = eval(*c.condition, at);
                          if (const auto* yes = condition.boolean()) return eval(*yes ? *c.yes : *c.no, at);
                          return apply("?:", {condition, eval(*c.yes, at), eval(*c.no, at)}, e.span);
                        },
                        [&](const ast::RangeExpr& r) {
                          return apply("..", {eval(*r.low, at), eval(*r.high, at)}, e.span);
                        },
                        [&](const ast::ListExpr& l) -> Value {
                          List out;
                          for (const auto& item : l.items) out.push_back(eval(*item, at));
                          return made(std::move(out), e.span);
                        },
                        [&](const ast::MapExpr& m) { return made(eval_map(m, at), e.span); },
                        [&](const ast::ListFor& l) { return eval_loop(l, at); },
                        [&](const ast::MapFor& m) { return eval_loop(m, at); },
                        [&](const ast::Broken&) { return kFailed; },
                    },
                    e.node);
}

Value Expander::eval_read(const std::string& function, const Value& path, Span span) {
  if (path.string() == nullptr) return kFailed;
  auto text = unit_.tree.read(*path.string());
  if (!text) {
    diagnostics_->error(text.error().code, span, text.error().message, "read here", text.error().help);
    return kFailed;
  }
  if (!is_utf8(*text)) {
    diagnostics_->error("E0303", span, fmt::format("{} isn't UTF-8, so it is no text", *path.string()), "read here");
    return kFailed;
  }
  return function == "read" ? Value(*std::move(text)) : apply("json_decode", {*std::move(text)}, span);
}

Value Expander::eval_call(const ast::Expr& e, const ast::CallExpr& c, Context& at) {
  List arguments;
  std::string name;
  const auto called = types_.meanings.find(c.function.get());  // a user's function; a library's have no meaning
  const auto* m = std::get_if<ast::Member>(&c.function->node);
  const bool in_library = m != nullptr && called != types_.meanings.end() && !types_.methods.contains(c.function.get());
  if (m != nullptr && !in_library) {
    arguments.push_back(eval(*m->object, at));
    if (m->optional && arguments[0].is_null()) return Null{};
    name = m->name.text;
  } else if (const auto* ref = std::get_if<ast::NameRef>(&c.function->node)) {
    name = ref->name;
  }
  for (const auto& argument : c.arguments) arguments.push_back(eval(*argument, at));
  if (called != types_.meanings.end()) return eval_fn(*called->second.function, std::move(arguments), e.span);
  const bool method = std::holds_alternative<ast::Member>(c.function->node);
  for (auto& argument : arguments) argument = as_text(std::move(argument));
  if (!method && (name == "read" || name == "read_json"))
    return eval_read(name, arguments.empty() ? Value() : arguments[0], e.span);
  return with_unit(e, apply(name, arguments, e.span));
}

Value Expander::eval_fn(const ast::Fn& fn, List arguments, Span span) {
  if (!fn.body || arguments.size() < fn.parameters.size()) return kFailed;
  const auto types = types_.functions.find(&fn);
  Context inside;
  for (std::size_t i = 0; i < fn.parameters.size(); ++i) {
    const auto& name = fn.parameters[i].name.text;
    Value argument = std::move(arguments[i]);
    if (types != types_.functions.end()) {
      const Type& type = types->second.parameters[i];
      argument = coerced(argument, type, span);
      if (!check_form(type, argument, span, fmt::format("`{}` of `{}`", name, fn.name.text))) return kFailed;
    }
    inside.env = std::make_shared<const Binding>(Binding{name, std::move(argument), inside.env});
  }
  Value out = eval(*fn.body, inside);
  if (types == types_.functions.end()) return out;
  out = coerced(out, types->second.result, fn.body->span);
  const auto result = fmt::format("the result of `{}`", fn.name.text);
  return check_form(types->second.result, out, fn.body->span, result) ? out : kFailed;
}

Value Expander::eval_binary(const ast::Expr& e, const ast::Binary& b, Context& at) {
  Value left = eval(*b.left, at);
  if (left.unknown() != nullptr) return left;
  if (const auto* truth = left.boolean()) {
    if (b.op == "and" && !*truth) return false;
    if (b.op == "or" && *truth) return true;
  }
  if (b.op == "??" && !left.is_null() && left.known()) return left;
  Value right = eval(*b.right, at);
  if (const auto* truth = right.boolean(); truth != nullptr && left.boolean() == nullptr) {
    if (b.op == "and" && !*truth) return false;
    if (b.op == "or" && *truth) return true;
  }
  if (right.unknown() != nullptr) return right;
  return apply(b.op, {left, right}, b.op_span.somewhere() ? b.op_span : e.span);
}

// Where a text is wanted, an image or a repository stands for its name.
Value Expander::as_text(Value value) {
  const auto* ref = value.ref();
  if (ref == nullptr || !ref->attribute.empty()) return value;
  if (ref->address.kind == "repository") return Ref{ref->address, "url"};
  if (ref->address.kind == "image") return Ref{ref->address, "ref"};
  return value;
}

Value Expander::eval_interpolation(const ast::Expr& e, const ast::Interpolation& text, Context& at) {
  List parts;
  for (const auto& part : text.parts) {
    parts.push_back(as_text(eval(*part, at)));
  }
  return apply("interpolate", parts, e.span);
}

// nullopt if it isn't known or can't be one, which is reported.
std::optional<std::string> Expander::map_key(const ast::Expr& e, Context& at) {
  const Value value = eval(e, at);
  if (!value.known()) return std::nullopt;
  auto text = value.has_secret() ? std::nullopt : to_text(value);
  if (!text) {
    diagnostics_->error(value.has_secret() ? "E0413" : "E0204", e.span,
                        fmt::format("a key is a text, got {}", to_text(type_of(value))), "computed here");
  }
  return text;
}

// Of two entries one would be lost.
Value Expander::equal_keys(const std::string& key, Span span) {
  diagnostics_->error("E0302", span, fmt::format("this map gets the key \"{}\" twice", key), "keys must differ",
                      "remove the repetition; to collect values by a key there is group_by");
  return kFailed;
}

Value Expander::eval_map(const ast::MapExpr& map, Context& at) {
  std::vector<Entry> entries;
  std::unordered_set<std::string> seen;
  const bool computed_keys =
      std::any_of(map.entries.begin(), map.entries.end(), [](const auto& entry) { return entry.key_expr != nullptr; });
  for (const auto& entry : map.entries) {
    std::string key = entry.key.text;
    if (entry.key_expr) {
      auto computed = map_key(*entry.key_expr, at);
      if (!computed) return kFailed;
      key = *std::move(computed);
    }
    if (computed_keys && !seen.insert(key).second)
      return equal_keys(key, entry.key_expr ? entry.key_expr->span : entry.key.span);
    entries.emplace_back(std::move(key), eval(*entry.value, at));
  }
  return Map(std::move(entries));
}

}  // namespace infra
