#include <fmt/format.h>

#include <algorithm>

#include "base/overloaded.h"
#include "base/text/pattern.h"
#include "compiler/index.h"
#include "compiler/types/checker.h"

namespace infra {
namespace {

constexpr std::array<std::pair<std::string_view, TypeKind>, 10> kSimple = {{{"Bool", TypeKind::boolean},
                                                                            {"Int", TypeKind::integer},
                                                                            {"Float", TypeKind::floating},
                                                                            {"String", TypeKind::string},
                                                                            {"Bytes", TypeKind::bytes},
                                                                            {"Duration", TypeKind::duration},
                                                                            {"Percent", TypeKind::percent},
                                                                            {"Cpu", TypeKind::cpu},
                                                                            {"Ip", TypeKind::ip},
                                                                            {"Cidr", TypeKind::cidr}}};

constexpr std::size_t kMostResolving = 500;  // types that are named in each other's definitions

std::vector<std::string> type_names(const Program& program) {
  std::vector<std::string> out = {"List", "Map", "Range", "Secret", "Later"};
  for (const auto& [name, kind] : kSimple) out.emplace_back(name);
  for (const auto& [name, decl] : program.types) out.push_back(name);
  for (const auto& [alias, library] : program.libraries) {
    for (const auto& [name, decl] : library->types) out.push_back(fmt::format("{}.{}", alias, name));
  }
  return out;
}

std::optional<std::int64_t> constant(const ast::ExprPtr& e) {
  if (!e) return std::nullopt;
  if (const auto* literal = std::get_if<ast::Literal>(&e->node)) {
    if (const auto* n = literal->value.integer()) return *n;
  }
  if (const auto* minus = std::get_if<ast::Unary>(&e->node); minus != nullptr && minus->op == "-") {
    if (auto n = constant(minus->operand)) return -*n;
  }
  return std::nullopt;
}

}  // namespace

Type TypeNames::resolve(const ast::TypeExpr& type, const Program& program) {
  const auto* outer = std::exchange(program_, &program);
  Type out = resolve(type);
  program_ = outer;
  return out;
}

Type TypeNames::resolve(const ast::TypeExpr& type) {
  return std::visit(Overloaded{
                        [&](const ast::TypeName& t) { return named(t, type.span); },
                        [&](const ast::TypeLiteral& t) { return Type::literals({t.text}); },
                        [&](const ast::TypeUnion& t) { return type_union(t, type.span); },
                        [&](const ast::TypeOptional& t) { return resolve(*t.inner).opt(); },
                        [&](const ast::TypeRecord& t) {
                          std::vector<Field> fields;
                          for (const auto& [name, inner] : t.fields) fields.push_back({name.text, resolve(*inner)});
                          return Type::record(std::move(fields));
                        },
                        [&](const ast::TypeRefined& t) { return refined(t, type.span); },
                    },
                    type.node);
}

Type TypeNames::named(const ast::TypeName& t, Span span) {
  auto argument = [&](std::size_t i) { return i < t.arguments.size() ? resolve(*t.arguments[i]) : Type(); };
  auto takes = [&](std::size_t n, std::string_view example) {
    if (t.arguments.size() == n) return true;
    diagnostics_->error("E0211", span, fmt::format("`{}` takes {} type{} in <>", t.name, n, n == 1 ? "" : "s"), {},
                        fmt::format("write {}", example));
    return false;
  };
  if (t.name == "List") return takes(1, "List<String>") ? Type::list(argument(0)) : Type();
  if (t.name == "Range") return takes(1, "Range<Int>") ? Type::range(argument(0)) : Type();
  if (t.name == "Secret") return takes(1, "Secret<String>") ? argument(0).as_secret() : Type();
  if (t.name == "Later") return takes(1, "Later<String>") ? argument(0).as_later() : Type();
  if (t.name == "Map") {
    if (!takes(2, "Map<String, Int>")) return {};
    const Type key = argument(0);
    const bool text = key.kind() == TypeKind::string || key.kind() == TypeKind::literals;
    if (!key.is_error() && (!text || key.optional || key.secret || key.later)) {
      diagnostics_->error("E0211", t.arguments[0]->span, "the keys of a map are String", {}, "write Map<String, …>");
      return {};
    }
    return Type::map(argument(1), key.members());
  }
  if (!t.arguments.empty()) {
    diagnostics_->error("E0211", span, fmt::format("`{}` takes no types in <>", t.name));
    return {};
  }
  for (const auto& [name, kind] : kSimple) {
    if (name == t.name) return Type::of(kind);
  }
  return alias(t.name, span);
}

// What an editor asks: every type that has a name.
Type TypeNames::too_large(Span span) {
  if (!std::exchange(too_large_, true)) {
    diagnostics_->error(
        "E0307", span,
        fmt::format("types are nested more than {} deep here, or have more than {} parts", kDeepestType, kLargestType),
        "stopped here", "make the chain of types shorter");
  }
  return {};
}

void TypeNames::answer(Span span) {
  if (index_ == nullptr || !index_->asked(span)) return;
  index_->probe->met = true;
  for (auto& name : type_names(*program_))
    index_->probe->candidates.push_back({.kind = Candidate::type_name, .text = name});
}

// `names.Size`: a type of the library that is used as `names`.
Type TypeNames::of_library(const std::string& alias, const std::string& name, Span span) {
  const auto use = program_->uses.find(alias);
  if (use == program_->uses.end()) {
    const auto near = nearest_type(alias + "." + name);
    diagnostics_->error(
        "E0211", span, fmt::format("there is no library `{}`", alias), "unknown library",
        near.empty() ? "`use \"./FILE.lib.infra\" as NAME` makes one known" : fmt::format("did you mean `{}`?", near));
    return {};
  }
  const auto library = program_->libraries.find(alias);
  if (library == program_->libraries.end()) return {};  // it couldn't be read, which was reported
  const auto* outer = std::exchange(program_, library->second);
  Type out;
  if (program_->types.contains(name)) {
    out = this->alias(name, span);
  } else {
    std::vector<std::string> names;
    for (const auto& [known, decl] : program_->types) names.push_back(known);
    const auto near = did_you_mean(name, names);
    diagnostics_->error("E0211", span, fmt::format("the library `{}` has no type `{}`", alias, name), "unknown type",
                        near.empty() ? "" : fmt::format("did you mean `{}.{}`?", alias, near));
  }
  program_ = outer;
  return out;
}

Type TypeNames::alias(const std::string& name, Span span) {
  if (const auto dot = name.find('.'); dot != std::string::npos) {
    const auto use = program_->uses.find(name.substr(0, dot));
    if (index_ != nullptr && use != program_->uses.end())
      index_->use({span.file, span.begin, span.begin + static_cast<std::uint32_t>(dot)}, use->second->alias.span,
                  use->first);
    return of_library(name.substr(0, dot), name.substr(dot + 1), span);
  }
  answer(span);
  const auto at = program_->types.find(name);
  if (index_ != nullptr && at != program_->types.end()) index_->use(span, at->second->name.span, name);
  if (at == program_->types.end()) {
    if (const auto* kind = find_kind(name)) return Type::resource(kind->role == KindRole::platform ? "platform" : name);
    const auto near = nearest_type(name);
    auto& d = diagnostics_->error("E0211", span, fmt::format("there is no type `{}`", name), "unknown type",
                                  near.empty() ? "" : fmt::format("did you mean `{}`?", near));
    if (!near.empty()) d.fixes.push_back({span, near});
    return {};
  }
  const auto* decl = at->second;
  if (const auto done = aliases_.find(decl); done != aliases_.end()) return done->second;
  if (std::find(resolving_.begin(), resolving_.end(), decl) != resolving_.end()) {
    diagnostics_->error("E0212", decl->name.span, fmt::format("the type `{}` contains itself", name));
    return {};
  }
  if (resolving_.size() >= kMostResolving) return too_large(span);
  resolving_.push_back(decl);
  Type out = decl->type ? resolve(*decl->type) : Type();
  resolving_.pop_back();
  if (const auto facts = out.facts(); facts.depth > kDeepestType || facts.size > kLargestType) out = too_large(span);
  return aliases_[decl] = out;
}

std::string TypeNames::nearest_type(const std::string& name) {
  if (suggested_ > kMostSuggested) return "";
  const auto names = type_names(*program_);
  suggested_ += names.size();
  return did_you_mean(name, names);
}

Type TypeNames::refined(const ast::TypeRefined& t, Span span) {
  Type base = resolve(*t.base);
  if (base.is_error()) return base;
  if (!t.regex.empty()) {
    if (base.kind() != TypeKind::string) {
      diagnostics_->error("E0211", t.argument, fmt::format("only String takes a pattern, not {}", to_text(base)));
      return base;
    }
    Type out = base.matching(t.regex);
    if (const auto probe = out.pattern->matches_whole(""); !probe) {
      diagnostics_->error("E0211", t.argument, probe.error().message);
      return base;
    }
    return out;
  }
  const auto* range = t.range ? std::get_if<ast::RangeExpr>(&t.range->node) : nullptr;
  const auto low = range != nullptr ? constant(range->low) : std::nullopt;
  const auto high = range != nullptr ? constant(range->high) : std::nullopt;
  const bool takes =
      base.kind() == TypeKind::integer || base.kind() == TypeKind::list || base.kind() == TypeKind::string;
  if (!takes || !low || !high) {
    diagnostics_->error("E0211", span, "a range of constant whole numbers is wanted, on Int, String or List", {},
                        "write Int(1..50)");
    return base;
  }
  if (*low > *high) {
    diagnostics_->error("E0211", t.argument, fmt::format("no value fits {}..{}", *low, *high), "empty range");
    return base;
  }
  return base.between(*low, *high);
}

Type TypeNames::type_union(const ast::TypeUnion& t, Span span) {
  std::vector<std::string> all;
  bool optional = false;
  bool secret = false;
  bool later = false;
  for (const auto& member : t.members) {
    const Type type = resolve(*member);
    if (type.kind() == TypeKind::null) {
      optional = true;
      continue;
    }
    if (type.is_error()) continue;
    if (type.kind() != TypeKind::literals) {
      diagnostics_->error("E0211", member->span,
                          fmt::format("a union has literals like \"dev\" | \"prod\", not {}", to_text(type)));
      return {};
    }
    optional = optional || type.optional;
    secret = secret || type.secret;
    later = later || type.later;
    all.insert(all.end(), type.members().begin(), type.members().end());
  }
  if (all.empty()) {
    diagnostics_->error("E0211", span, "this union has no member");
    return {};
  }
  Type out = Type::literals(std::move(all));
  out.optional = optional;
  out.secret = secret;
  out.later = later;
  return out;
}

}  // namespace infra
