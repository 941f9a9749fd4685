#include <fmt/format.h>

#include <algorithm>

#include "base/values/join_all.h"
#include "compiler/functions/functions.h"
#include "compiler/index.h"
#include "compiler/types/checker.h"

namespace infra {

Type Checker::library(const std::string& name, const std::vector<Type>& arguments,
                      const std::vector<const ast::Expr*>& at, Span span) {
  const auto* function = find_function(name);
  if (function == nullptr || is_internal(*function)) {
    std::vector<std::string> names;
    for (const auto& f : all_functions()) {
      if (!is_internal(f)) names.emplace_back(f.name);
    }
    if (program_->functions.size() < kMostCandidates / 2) {
      for (const auto& [n, fn] : program_->functions) names.push_back(n);
    }
    const auto near = did_you_mean(name, names);
    diagnostics_->error("E0201", span, fmt::format("there is no function `{}`", name), "unknown function",
                        near.empty() ? "" : fmt::format("did you mean `{}`?", near));
    return {};
  }
  CallProblem problem;
  Type out = function_type(*function, arguments, problem);
  if (problem.text.empty()) return out;
  const Span where = problem.argument && *problem.argument < at.size() ? at[*problem.argument]->span : span;
  diagnostics_->add({.code = problem.null ? "E0219" : "E0208",
                     .message = problem.text,
                     .primary = {where, ""},
                     .help = problem.null ? "give a value for that case with `?? …`"
                                          : fmt::format("{}{}: {}", name, function->signature, function->doc)});
  return out;
}

namespace {

// An image or a repository stands for its name, as in "${…}".
Type as_text(const Type& type) {
  const bool named = type.kind() == TypeKind::resource && (type.name() == "image" || type.name() == "repository");
  return named ? types::string().as_later() : type;
}

}  // namespace

// `home` is where the function stands: its types are named there.
Type Checker::user_function(const ast::Fn& fn, const Program& home, const std::vector<const ast::Expr*>& arguments,
                            Span span) {
  if (loading_) {
    const Elsewhere at_the_top(*this, home);
    function(fn);
  }
  const auto& wanted = fn.parameters;
  if (arguments.size() != wanted.size()) {
    diagnostics_->add({.code = "E0208",
                       .message = fmt::format("`{}` takes {} argument{}, got {}", fn.name.text, wanted.size(),
                                              wanted.size() == 1 ? "" : "s", arguments.size()),
                       .primary = {span, ""},
                       .secondary = {{fn.name.span, "declared here"}}});
  }
  bool later = false;
  bool secret = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i >= wanted.size()) {
      infer(*arguments[i]);
      continue;
    }
    const Type type = wanted[i].type ? names_.resolve(*wanted[i].type, home) : Type();
    auto* outer = std::exchange(lifted_, &secret);
    const Type given =
        check(*arguments[i], type.as_later(), fmt::format("`{}` of `{}`", wanted[i].name.text, fn.name.text));
    lifted_ = outer;
    without_later(given, later);
  }
  Type out = fn.result ? names_.resolve(*fn.result, home) : Type();
  out.later = out.later || later;
  out.secret = out.secret || secret;
  return out;
}

// `names.host("api")`
Type Checker::library_call(const ast::Expr& e, const ast::CallExpr& c, const ast::Member& m, const Program& library) {
  std::vector<const ast::Expr*> arguments;
  for (const auto& argument : c.arguments) arguments.push_back(argument.get());
  if (index_ != nullptr) answer_library(m.name, library);
  if (const auto fn = library.functions.find(m.name.text); fn != library.functions.end()) {
    out_.meanings[c.function.get()] = {.kind = Meaning::fn, .function = fn->second};
    if (index_ != nullptr) index_->use(m.name.span, fn->second->name.span, m.name.text);
    return user_function(*fn->second, library, arguments, e.span);
  }
  for (const auto* argument : arguments) infer(*argument);
  std::vector<std::string> names;
  for (const auto& [name, fn] : library.functions) names.push_back(name);
  const auto near = did_you_mean(m.name.text, names);
  Diagnostic d{.code = "E0201",
               .message = fmt::format("the library {} has no function `{}`", library.library, m.name.text),
               .primary = {m.name.span, "unknown function"},
               .help = near.empty() ? "" : fmt::format("did you mean `{}`?", near)};
  if (!near.empty()) d.fixes.push_back({m.name.span, near});
  diagnostics_->add(std::move(d));
  return {};
}

// What is expected of merge(a, b) is expected of each: `env = merge(common, { PORT: 8080 })`.
bool Checker::merged(const ast::Expr& e, const Type& expected, const std::string& what) {
  const auto* c = std::get_if<ast::CallExpr>(&e.node);
  const auto* ref = c != nullptr ? std::get_if<ast::NameRef>(&c->function->node) : nullptr;
  if (ref == nullptr || ref->name != "merge" || program_->functions.contains(ref->name)) return false;
  if (index_ != nullptr) index_->word(c->function->span, find_function(ref->name));
  const Type map = expected.required();
  for (const auto& argument : c->arguments) check(*argument, map, what);
  return true;
}

Type Checker::summed(const ast::Expr& e, const std::string& function, Type type) {
  if (function == "sum") out_.sums[&e] = type;
  return type;
}

Type Checker::call(const ast::Expr& e, const ast::CallExpr& c) {
  const auto* ref = std::get_if<ast::NameRef>(&c.function->node);
  const auto* m = std::get_if<ast::Member>(&c.function->node);
  if (ref == nullptr && m == nullptr) {
    diagnostics_->error("E0208", c.function->span, "only functions can be called");
    return {};
  }
  if (m != nullptr) {
    if (const auto* library = library_named(*m->object)) return library_call(e, c, *m, *library);
  }
  const std::string& name = ref != nullptr ? ref->name : m->name.text;
  std::vector<const ast::Expr*> arguments;
  if (m != nullptr) arguments.push_back(m->object.get());  // x.f(a) is f(x, a)
  for (const auto& argument : c.arguments) arguments.push_back(argument.get());
  const Span name_span = m != nullptr ? m->name.span : c.function->span;
  if (index_ != nullptr && m == nullptr) answer(*c.function, nullptr);
  // A name of the stack hides one of the library, but `x.upper()` is what it always was.
  if (const auto fn = program_->functions.find(name);
      fn != program_->functions.end() && (m == nullptr || find_function(name) == nullptr)) {
    out_.meanings[c.function.get()] = {.kind = Meaning::fn, .function = fn->second};
    if (index_ != nullptr) index_->use(name_span, fn->second->name.span, name);
    if (m != nullptr) out_.methods.insert(c.function.get());
    return user_function(*fn->second, *program_, arguments, e.span);
  }
  if (ref != nullptr && (name == "read" || name == "read_json")) {
    for (const auto& argument : c.arguments) check(*argument, types::string(), fmt::format("`{}`", name));
    if (c.arguments.size() != 1) diagnostics_->error("E0208", e.span, fmt::format("`{}` takes one path", name));
    return name == "read" ? types::string() : Type();
  }
  std::vector<Type> types;
  types.reserve(arguments.size());
  for (const auto* argument : arguments) types.push_back(as_text(infer(*argument)));
  if (const auto* function = find_function(name); function != nullptr && index_ != nullptr)
    index_->word(name_span, function);
  if (m == nullptr) return summed(e, name, library(name, types, arguments, e.span));
  if (index_ != nullptr) answer_member(*m, types[0], nullptr);
  if (types[0].is_error()) return {};
  const bool maybe_null = m->optional && types[0].optional;  // a?.f(b) is null if a is
  if (maybe_null) types[0].optional = false;
  Type out = summed(e, name, library(name, types, arguments, m->name.span));
  out.optional = out.optional || maybe_null;
  return out;
}

Type Checker::unary(const ast::Unary& u) {
  const Type type = infer(*u.operand);
  if (u.op == "not") {
    compare(*u.operand, type, types::boolean().as_later(), "`not`");
    Type out = types::boolean();
    out.later = type.later;
    return out;
  }
  const bool number = type.kind() == TypeKind::integer || type.kind() == TypeKind::floating || type.is_error();
  if (!number) diagnostics_->error("E0216", u.operand->span, fmt::format("`-` takes a number, got {}", to_text(type)));
  Type out = type;
  out.low.reset();
  out.high.reset();
  return number ? out : Type();
}

namespace {
bool numeric(const Type& t) { return t.kind() == TypeKind::integer || t.kind() == TypeKind::floating; }
bool sized(const Type& t) {
  return t.kind() == TypeKind::bytes || t.kind() == TypeKind::duration || t.kind() == TypeKind::cpu;
}
bool text(const Type& t) { return t.kind() == TypeKind::string || t.kind() == TypeKind::literals; }
Type plain(const Type& t) { return text(t) ? types::string() : Type::of(t.kind()); }
}  // namespace

Type Checker::arithmetic(const ast::Binary& b, const Type& left, const Type& right, Span span) {
  if (left.optional || right.optional) {
    const auto& side = left.optional ? *b.left : *b.right;
    diagnostics_->error(
        "E0219", side.span,
        fmt::format("this may be null ({}), and `{}` takes no null", to_text(left.optional ? left : right), b.op), {},
        "give a value for that case with `?? …`");
    return {};
  }
  const bool additive = b.op == "+" || b.op == "-";
  if (numeric(left) && numeric(right)) {
    const bool whole = left.kind() == TypeKind::integer && right.kind() == TypeKind::integer;
    return whole ? types::integer() : types::floating();
  }
  if (additive && sized(left) && left.kind() == right.kind()) return plain(left);
  if (b.op == "+" && text(left) && text(right)) return types::string();
  if (b.op == "+" && left.kind() == TypeKind::list && right.kind() == TypeKind::list) {
    if (auto both = join(left, right)) return *both;
  }
  if ((b.op == "*" || b.op == "/") && sized(left) && numeric(right)) return plain(left);
  if (b.op == "*" && numeric(left) && sized(right)) return plain(right);
  std::string help;
  if (b.op == "+" && (text(left) || text(right))) help = "join texts by interpolation: \"${a} ${b}\"";
  auto& d = diagnostics_->error("E0216", span,
                                fmt::format("`{}` can't be applied to {} and {}", b.op, to_text(left), to_text(right)),
                                {}, std::move(help));
  d.primary = {b.op_span, ""};
  d.secondary.push_back({b.left->span, to_text(left)});
  d.secondary.push_back({b.right->span, to_text(right)});
  return {};
}

// `x in xs` is xs.contains(x).
void Checker::inside(const ast::Binary& b, const Type& left, const Type& right) {
  CallProblem problem;
  function_type(*find_function("contains"), {right, left}, problem);
  if (problem.text.empty()) return;
  const bool container = problem.argument == 1U;
  auto& d = diagnostics_->error(
      problem.null ? "E0219" : "E0216", container ? b.left->span : b.right->span,
      problem.null ? fmt::format("this may be null ({}), and `in` takes no null", to_text(container ? left : right))
      : container  ? fmt::format("`in` can't look for {} in {}", to_text(left), to_text(right))
                   : fmt::format("`in` looks into a list, map, range, network or text, not {}", to_text(right)));
  if (problem.null) d.help = "give a value for that case with `?? …`";
}

Type Checker::binary(const ast::Expr& e, const ast::Binary& b) {
  const bool equality = b.op == "==" || b.op == "!=";
  Type left = infer(*b.left);
  const Narrowed narrowed(*this);  // to the right of `and` what is on its left is true, of `or` it is false
  if (b.op == "and" || b.op == "or") narrow(*b.left, b.op == "and");
  // `env == prod` may name the enum's member without quotes.
  const auto* right_name = std::get_if<ast::NameRef>(&b.right->node);
  Type right = equality && right_name != nullptr ? name(*b.right, *right_name, &left) : infer(*b.right);
  if (left.is_error() || right.is_error()) {
    const bool truth = equality || b.op == "and" || b.op == "or" || b.op == "in" || b.op[0] == '<' || b.op[0] == '>';
    return truth ? types::boolean() : Type();
  }
  const bool later = left.later || right.later;
  const bool secret = left.secret || right.secret;
  auto wrapped = [&](Type t) {
    t.later = later;
    t.secret = secret;
    return t;
  };
  left.later = right.later = left.secret = right.secret = false;
  if (b.op == "and" || b.op == "or") {
    const auto what = '`' + b.op + '`';
    compare(*b.left, left, types::boolean(), what);
    compare(*b.right, right, types::boolean(), what);
    return wrapped(types::boolean());
  }
  if (b.op == "??") {
    auto both = join(left.required(), right);
    if (left.kind() == TypeKind::null) both = right;
    if (!both) {
      diagnostics_->error("E0216", b.right->span,
                          fmt::format("the two sides of `??` differ: {} and {}", to_text(left), to_text(right)));
      return {};
    }
    both->optional = right.optional;
    return wrapped(*both);
  }
  if (b.op == "in") {
    inside(b, left, right);
    return wrapped(types::boolean());
  }
  if (equality) {
    const bool comparable = join(left, right) || fits(left, right) || fits(right, left);
    if (!comparable && !(left.optional || right.optional)) {
      diagnostics_->error("E0216", b.op_span, fmt::format("{} and {} are never equal", to_text(left), to_text(right)))
          .secondary = {{b.left->span, to_text(left)}, {b.right->span, to_text(right)}};
    } else if (left.kind() == TypeKind::literals && right.kind() == TypeKind::literals && right.members().size() == 1 &&
               !fits(right, left)) {
      const auto near = did_you_mean(right.members()[0], left.members());
      diagnostics_->error("E0216", b.right->span,
                          fmt::format("this is never equal: the other side is {}", to_text(left)), {},
                          near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
    }
    return wrapped(types::boolean());
  }
  if (b.op[0] == '<' || b.op[0] == '>') {
    const bool comparable = (numeric(left) && numeric(right)) || (text(left) && text(right)) ||
                            (left.kind() == right.kind() &&
                             (sized(left) || left.kind() == TypeKind::percent || left.kind() == TypeKind::ip));
    if (!comparable || left.optional || right.optional) {
      auto& d = diagnostics_->error(
          "E0216", b.op_span, fmt::format("{} and {} can't be compared by `{}`", to_text(left), to_text(right), b.op));
      d.secondary = {{b.left->span, to_text(left)}, {b.right->span, to_text(right)}};
      if (left.optional || right.optional) d.help = "what may be null needs a value for that case: (x ?? …)";
    }
    return wrapped(types::boolean());
  }
  return wrapped(arithmetic(b, left, right, e.span));
}

namespace {
// Of a key with several members one may be meant that is there, which is looked at when it is evaluated.
bool never_a_key(const Type& key, const Type& map) {
  return !map.members().empty() && key.kind() == TypeKind::literals &&
         std::none_of(key.members().begin(), key.members().end(),
                      [&](const std::string& k) { return map.has_member(k); });
}
}  // namespace

Type Checker::index(const ast::Expr& e, const ast::Index& i) {
  if (auto type = qualified(e, i)) return *type;
  Type object = infer(*i.object);
  if (object.kind() == TypeKind::resource) {
    if (auto type = labelled_child(e, i)) return *type;
  }
  const Type key = infer(*i.index);
  // `link[n - 1]` inside the loop that declares `link`: a resource has no elements, so another turn's is meant.
  if (const auto meaning = out_.meanings.find(i.object.get());
      object.kind() == TypeKind::resource && meaning != out_.meanings.end() && meaning->second.turns > 0) {
    --meaning->second.turns;
    object = Type::map(object);
  }
  if (object.optional) {
    diagnostics_->error("E0219", i.object->span,
                        fmt::format("this may be null ({}), and null has no elements", to_text(object)), {},
                        "use it only where it isn't null: … != null ? …[…] : …");
    return {};
  }
  if (object.is_error() || key.is_error())
    return object.kind() == TypeKind::map || object.kind() == TypeKind::list ? object.element() : Type();
  Type out;
  if (object.kind() == TypeKind::list) {
    compare(*i.index, key, types::integer(), "a list's index");
    out = object.element();
  } else if (object.kind() == TypeKind::map) {
    const bool number_key = key.kind() == TypeKind::integer;  // keys of loops over numbers are written as numbers
    if (!number_key) compare(*i.index, key, types::string(), "a map's key");
    if (never_a_key(key, object)) {
      const auto near = did_you_mean(key.members()[0], object.members());
      diagnostics_->error("E0215", i.index->span,
                          fmt::format("there is no key {} in {}", to_text(key), to_text(object)), "unknown key",
                          near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
    }
    out = object.element();
  } else if (object.kind() == TypeKind::record && key.kind() == TypeKind::literals) {
    if (!spend(4 * key.members().size(), e.span)) return {};
    std::vector<Type> types;
    for (const auto& member : key.members()) {
      const auto* field = object.field(member);
      if (field == nullptr) {
        diagnostics_->error(
            "E0215", i.index->span, fmt::format("there is no field \"{}\" in {}", member, to_text(object)), {},
            key.members().size() > 1 ? fmt::format("every value of the key needs a field, \"{}\" has none", member)
                                     : "");
        return {};
      }
      types.push_back(field->type);
    }
    auto all = join_all(std::move(types));
    if (!all) {
      diagnostics_->error("E0215", i.index->span, "the fields that this key may name differ in type");
      return {};
    }
    out = *std::move(all);
  } else if (object.kind() == TypeKind::record && key.kind() == TypeKind::string) {
    if (!spend(4 * object.fields().size(), e.span)) return {};
    std::vector<Type> types;
    for (const auto& f : object.fields()) types.push_back(f.type);
    out = join_all(std::move(types)).value_or(Type());
  } else {
    diagnostics_->error("E0215", i.object->span, fmt::format("{} can't be indexed", to_text(object)));
    return {};
  }
  out.later = out.later || object.later || key.later;
  out.secret = out.secret || object.secret;
  return out;
}

}  // namespace infra
