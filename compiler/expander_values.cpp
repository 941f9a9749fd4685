#include <fmt/format.h>

#include <algorithm>

#include "base/codec.h"
#include "compiler/expander.h"
#include "compiler/functions.h"
#include "compiler/overloaded.h"

namespace infra {
namespace {

constexpr std::size_t kMostSteps = 50'000'000;  // evaluation is bounded: no file can keep a plan from ending
constexpr int kMostDepth = 200;
constexpr std::int64_t kMostTurns = 1'000'000;

const Value kFailed = Unknown{"error"};  // already reported; silences what follows from it

}  // namespace

Value Expander::apply(std::string_view function, const List& arguments, Span span) {
  std::string error;
  if (auto value = call_function(function, arguments, error)) return *std::move(value);
  diagnostics_.error("E0303", span, error, "while computing this");
  return kFailed;
}

Value Expander::eval(const ast::Expr& e, Context& at) {
  if (++steps_ == kMostSteps)
    diagnostics_.error("E0307", e.span, "this stack needs too many steps to compute", "stopped here",
                       "make its loops smaller");
  if (steps_ >= kMostSteps) return kFailed;
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
                          return out;
                        },
                        [&](const ast::MapExpr& m) { return eval_map(m, at); },
                        [&](const ast::ListFor& l) { return eval_loop(l, at); },
                        [&](const ast::MapFor& m) { return eval_loop(m, at); },
                        [&](const ast::Broken&) { return kFailed; },
                    },
                    e.node);
}

Value Expander::eval_name(const ast::Expr& e, const ast::NameRef& ref, Context& at) {
  const auto meaning = types_.meanings.find(&e);
  if (meaning == types_.meanings.end()) return kFailed;
  switch (meaning->second.kind) {
    case Meaning::enumerator:
      return ref.name;
    case Meaning::let:
      return let_value(ref.name, at);
    case Meaning::decl:
      return reference(*meaning->second.declaration, at.keys, meaning->second.turns, e.span, at);
    case Meaning::param: {
      const auto value = params_.find(ref.name);
      return value != params_.end() ? value->second : kFailed;
    }
    case Meaning::port:  // a member expression, never a bare name
    case Meaning::local:
      break;
  }
  for (const auto* b = at.env.get(); b != nullptr; b = b->outer.get()) {
    if (b->name == ref.name) return b->value;
  }
  return kFailed;
}

Value Expander::let_value(const std::string& name, Context& at) {
  auto& memo = lets_[name];
  if (!memo.done) {
    memo.done = true;
    memo.value = kFailed;
    Context top{.needs = &memo.needs};
    const auto& let = *program_.lets.at(name);
    if (let.value) {
      Value value = eval(*let.value, top);
      lets_[name].value = std::move(value);
    }
  }
  const auto& done = lets_[name];
  if (at.needs != nullptr) at.needs->insert(at.needs->end(), done.needs.begin(), done.needs.end());
  return done.value;
}

Value Expander::eval_member(const ast::Expr& e, const ast::Member& m, Context& at) {
  if (const auto meaning = types_.meanings.find(&e); meaning != types_.meanings.end()) {
    if (meaning->second.kind == Meaning::port) {
      return fmt::format("{}.{}", std::get<ast::NameRef>(m.object->node).name, m.name.text);
    }
    return reference(*meaning->second.declaration, at.keys, meaning->second.turns, e.span, at);  // task.api
  }
  const auto* self = std::get_if<ast::NameRef>(&m.object->node);
  if (self != nullptr && self->name == "self" && !types_.meanings.contains(m.object.get())) {
    return at.self != nullptr ? attribute(*at.self, m.name.text, m.name.span) : kFailed;
  }
  const Value object = eval(*m.object, at);
  if (object.is_null() && m.optional) return Null{};
  if (const auto* ref = object.ref(); ref != nullptr && ref->attribute.empty())
    return member_of(*ref, m.name.text, m.name.span, at);
  if (object.unknown() != nullptr) return object;
  if (object.map() != nullptr) {
    if (const auto* member = object.map()->find(m.name.text)) return *member;
  }
  if (const auto* inner = object.secret(); inner != nullptr && inner->map() != nullptr)
    return Value::secret((*inner)[m.name.text]);
  if (find_function(m.name.text) != nullptr &&
      (object.map() == nullptr || object.map()->find(m.name.text) == nullptr)) {
    return apply(m.name.text, {object}, e.span);
  }
  return Null{};  // an optional field that isn't there
}

// `link[key]`, without making the map of all turns first: a chain of 10,000 would make 10,000 maps of 10,000.
std::optional<Value> Expander::turn_of(const ast::Index& i, Context& at) {
  const auto meaning = types_.meanings.find(i.object.get());
  if (meaning == types_.meanings.end() || meaning->second.kind != Meaning::decl) return std::nullopt;
  const Decl& decl = *meaning->second.declaration;
  if (decl.loops.size() != meaning->second.turns + 1) return std::nullopt;
  ensure(decl.item);
  const auto key = to_text(eval(*i.index, at));
  if (!key) return std::nullopt;
  std::vector<std::string> keys(at.keys.begin(), at.keys.begin() + static_cast<std::ptrdiff_t>(meaning->second.turns));
  keys.push_back(*key);
  const auto& all = by_decl_[&decl];
  const auto found = all.find(keys);
  if (found == all.end()) return std::nullopt;
  if (at.needs != nullptr) at.needs->push_back(found->second->address);
  return Ref{found->second->address, ""};
}

Value Expander::eval_index(const ast::Expr& e, const ast::Index& i, Context& at) {
  if (auto turn = turn_of(i, at)) return *std::move(turn);
  const Value object = eval(*i.object, at);
  Value key = eval(*i.index, at);
  if (object.map() != nullptr && key.string() == nullptr && key.known())
    key = to_text(key).value_or("");  // keys of number loops
  if (object.unknown() != nullptr || key.unknown() != nullptr) return kFailed;
  if (object.map() != nullptr && key.string() != nullptr && object.map()->find(*key.string()) == nullptr) {
    std::vector<std::string> keys;
    for (const auto& [k, v] : *object.map()) keys.push_back(k);
    const auto near = did_you_mean(*key.string(), keys);
    diagnostics_.error(
        "E0303", i.index->span, fmt::format("there is no key \"{}\"", *key.string()), "no such key",
        near.empty()
            ? fmt::format("the keys are {}", keys.size() > 10 ? "others" : fmt::format("{}", fmt::join(keys, ", ")))
            : fmt::format("did you mean \"{}\"?", near));
    return kFailed;
  }
  return apply("[]", {object, key}, e.span);
}

Value Expander::eval_read(const std::string& function, const Value& path, Span span) {
  if (path.string() == nullptr) return kFailed;
  auto text = input_.sources.read(*path.string());
  if (!text) {
    diagnostics_.error(text.error().code, span, text.error().message, "read here", text.error().help);
    return kFailed;
  }
  return function == "read" ? Value(*std::move(text)) : apply("json_decode", {*std::move(text)}, span);
}

Value Expander::eval_call(const ast::Expr& e, const ast::CallExpr& c, Context& at) {
  List arguments;
  std::string name;
  if (const auto* m = std::get_if<ast::Member>(&c.function->node)) {
    arguments.push_back(eval(*m->object, at));
    if (m->optional && arguments[0].is_null()) return Null{};
    name = m->name.text;
  } else if (const auto* ref = std::get_if<ast::NameRef>(&c.function->node)) {
    name = ref->name;
  }
  for (const auto& argument : c.arguments) arguments.push_back(eval(*argument, at));
  const bool method = std::holds_alternative<ast::Member>(c.function->node);
  if (const auto fn = program_.functions.find(name);
      fn != program_.functions.end() && (!method || find_function(name) == nullptr)) {
    return eval_fn(*fn->second, std::move(arguments), e.span);
  }
  if (!method && (name == "read" || name == "read_json"))
    return eval_read(name, arguments.empty() ? Value() : arguments[0], e.span);
  return apply(name, arguments, e.span);
}

Value Expander::eval_fn(const ast::Fn& fn, List arguments, Span span) {
  if (!fn.body || arguments.size() < fn.parameters.size()) return kFailed;
  if (depth_ >= kMostDepth) {
    diagnostics_.error("E0307", span,
                       fmt::format("`{}` calls itself too deeply (more than {} times)", fn.name.text, kMostDepth),
                       "stopped here");
    return kFailed;
  }
  ++depth_;
  Context inside;
  for (std::size_t i = 0; i < fn.parameters.size(); ++i) {
    inside.env =
        std::make_shared<const Binding>(Binding{fn.parameters[i].name.text, std::move(arguments[i]), inside.env});
  }
  Value out = eval(*fn.body, inside);
  --depth_;
  return out;
}

Value Expander::eval_binary(const ast::Expr& e, const ast::Binary& b, Context& at) {
  const Value left = eval(*b.left, at);
  if (left.unknown() != nullptr) return left;
  if (const auto* truth = left.boolean()) {
    if (b.op == "and" && !*truth) return false;
    if (b.op == "or" && *truth) return true;
  }
  if (b.op == "??" && !left.is_null() && left.known()) return left;
  const Value right = eval(*b.right, at);
  if (right.unknown() != nullptr) return right;
  return apply(b.op, {left, right}, b.op_span.somewhere() ? b.op_span : e.span);
}

Value Expander::eval_interpolation(const ast::Expr& e, const ast::Interpolation& text, Context& at) {
  List parts;
  for (const auto& part : text.parts) {
    Value value = eval(*part, at);
    // An image or a repository stands for its name.
    if (const auto* ref = value.ref(); ref != nullptr && ref->attribute.empty()) {
      value = Ref{ref->address, ref->address.kind == "repository" ? "url" : "ref"};
    }
    parts.push_back(std::move(value));
  }
  return apply("interpolate", parts, e.span);
}

Value Expander::eval_map(const ast::MapExpr& map, Context& at) {
  std::vector<Entry> entries;
  for (const auto& entry : map.entries) {
    std::string key = entry.key.text;
    if (entry.key_expr) key = to_text(eval(*entry.key_expr, at)).value_or("");
    entries.emplace_back(std::move(key), eval(*entry.value, at));
  }
  return Map(std::move(entries));
}

std::vector<Expander::Turn> Expander::turns(const ast::ForClause& clause, Context& at) {
  const Value source = eval(*clause.source, at);
  std::vector<Turn> out;
  if (const auto* items = source.list()) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      out.push_back({(*items)[i], static_cast<std::int64_t>(i), to_text((*items)[i]).value_or("")});
    }
  } else if (const auto* members = source.map()) {
    for (const auto& [key, value] : *members) out.push_back({key, value, key});
  } else if (const auto* range = source.get<Range>()) {
    if (range->high - range->low >= kMostTurns || range->of_bytes) {
      diagnostics_.error("E0307", clause.source->span, fmt::format("a loop turns at most {} times", kMostTurns),
                         to_source(source));
      return {};
    }
    for (auto n = range->low; n <= range->high; ++n) out.push_back({n, n - range->low, fmt::format("{}", n)});
  }
  if (clause.condition) {
    std::erase_if(out, [&](const Turn& turn) {
      Context inside = at;
      inside.env = bind(at.env, clause, turn);
      const Value keep = eval(*clause.condition, inside);
      return keep.boolean() == nullptr || !*keep.boolean();
    });
  }
  return out;
}

Env Expander::bind(Env env, const ast::ForClause& clause, const Turn& turn) {
  env = std::make_shared<const Binding>(Binding{clause.first.text, turn.first, std::move(env)});
  if (clause.second) env = std::make_shared<const Binding>(Binding{clause.second->text, turn.second, std::move(env)});
  return env;
}

Value Expander::eval_loop(const ast::ListFor& loop, Context& at) {
  List out;
  for (const auto& turn : turns(loop.clause, at)) {
    Context inside = at;
    inside.env = bind(at.env, loop.clause, turn);
    out.push_back(eval(*loop.item, inside));
  }
  return out;
}

Value Expander::eval_loop(const ast::MapFor& loop, Context& at) {
  std::vector<Entry> out;
  for (const auto& turn : turns(loop.clause, at)) {
    Context inside = at;
    inside.env = bind(at.env, loop.clause, turn);
    auto key = to_text(eval(*loop.key, inside)).value_or("");
    out.emplace_back(std::move(key), eval(*loop.value, inside));
  }
  return Map(std::move(out));
}

}  // namespace infra
