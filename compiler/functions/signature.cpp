#include "compiler/functions/signature.h"

#include <algorithm>

namespace infra {
namespace {

Type bare(Type type) {
  type.later = false;
  type.secret = false;
  return type;
}

bool is_in(Pattern::Class of, const Type& type) {
  if (type.is_error() || of == Pattern::any) return true;
  if (type.optional) return false;
  if (type.kind() == TypeKind::any_of) {
    return std::all_of(type.alternatives().begin(), type.alternatives().end(),
                       [of](const Type& t) { return is_in(of, t); });
  }
  const auto kind = type.kind();
  const bool number = kind == TypeKind::integer || kind == TypeKind::floating;
  const bool amount = number || kind == TypeKind::bytes || kind == TypeKind::duration || kind == TypeKind::cpu;
  const bool text = kind == TypeKind::string || kind == TypeKind::literals;
  const bool written = text || kind == TypeKind::boolean || kind == TypeKind::ip || kind == TypeKind::cidr;
  switch (of) {
    case Pattern::num:
      return number;
    case Pattern::amount:
      return amount;
    case Pattern::text:
      return number || written;
    case Pattern::ordered:
      return amount || written || kind == TypeKind::percent;
    case Pattern::any:
      break;
  }
  return true;
}

bool bind(Bindings& bindings, const Pattern& variable, const Type& type) {
  if (!is_in(variable.of, type)) return false;
  const auto [at, fresh] = bindings.try_emplace(variable.letter, type);
  if (fresh) return true;
  const auto both = join(at->second, type);
  if (!both || !is_in(variable.of, *both)) return false;
  at->second = *both;
  return true;
}

std::optional<Type> record_element(const Type& record) {
  Type all;
  for (const auto& field : record.fields()) {
    auto both = join(all, field.type);
    if (!both) return std::nullopt;
    all = *both;
  }
  return all;
}

// What is secret or known later makes what comes of it so.
struct Taint {
  bool secret = false;
  bool later = false;
  void add_all(const Type& type) {
    secret = secret || type.secret;
    later = later || type.later;
    if (type.kind() == TypeKind::list || type.kind() == TypeKind::map) add_all(type.element());
    for (const auto& field : type.fields()) add_all(field.type);
  }
};

bool unify(const Pattern& pattern, const Type& given, Bindings& bindings);

bool unify_map(const Pattern& element, const Type& type, Bindings& bindings) {
  if (type.kind() == TypeKind::map) return unify(element, type.element(), bindings);
  if (type.kind() != TypeKind::record) return false;
  if (element.kind == Pattern::anything) return true;
  const auto all = record_element(type);
  return all && unify(element, *all, bindings);
}

bool unify(const Pattern& pattern, const Type& given, Bindings& bindings) {
  const Type type = bare(given);
  if (type.is_error()) return true;
  if (pattern.kind == Pattern::anything) return true;
  if (pattern.kind == Pattern::variable) return bind(bindings, pattern, given);
  if (type.optional && !pattern.optional) return false;
  switch (pattern.kind) {
    case Pattern::concrete:
      return fits(type.required(), pattern.type);
    case Pattern::list:
    case Pattern::range: {
      const auto kind = pattern.kind == Pattern::list ? TypeKind::list : TypeKind::range;
      return type.kind() == kind && unify(pattern.inner[0], type.element(), bindings);
    }
    case Pattern::map:
      return unify_map(pattern.inner[0], type, bindings);
    default:
      return type.kind() != TypeKind::null;
  }
}

Type substitute(const Pattern& pattern, const Bindings& bindings) {
  Type out;
  if (pattern.kind == Pattern::concrete) out = pattern.type;
  if (pattern.kind == Pattern::list) out = Type::list(substitute(pattern.inner[0], bindings));
  if (pattern.kind == Pattern::map) out = Type::map(substitute(pattern.inner[0], bindings));
  if (pattern.kind == Pattern::variable) {
    if (const auto at = bindings.find(pattern.letter); at != bindings.end()) out = at->second;
    if (pattern.of == Pattern::num || pattern.of == Pattern::amount) {  // a sum keeps no bounds of what it is made of
      out.low.reset();
      out.high.reset();
    }
  }
  out.optional = out.optional || pattern.optional;
  return out;
}

std::size_t required_count(const Signature& signature) {
  std::size_t n = signature.parameters.size();
  if (signature.variadic) --n;
  while (n > 0 && signature.parameters[n - 1].optional) --n;
  return n;
}

bool has_form(const Pattern& pattern, const Value& value) {
  if (const auto* inner = value.secret()) return has_form(pattern, *inner);
  if (pattern.kind == Pattern::list) return value.list() != nullptr;
  if (pattern.kind == Pattern::map) return value.map() != nullptr;
  if (pattern.kind == Pattern::concrete && pattern.type.kind() == TypeKind::string) return value.string() != nullptr;
  return value.list() == nullptr && value.map() == nullptr;
}

const Pattern& parameter_at(const Signature& signature, std::size_t i) {
  return signature.parameters[std::min(i, signature.parameters.size() - 1)];
}

}  // namespace

bool outside_only(const Signature& signature, std::size_t argument) {
  const auto& parameter = parameter_at(signature, argument);
  return !parameter.inner.empty() && parameter.inner[0].kind == Pattern::anything;
}

bool looks_into(const Signature& signature, std::size_t argument) {
  const Pattern* result = &signature.result;
  // Which of them it is tells of them all: `max`, `sum`.
  if (result->kind == Pattern::variable && result->of != Pattern::any) return true;
  while (!result->inner.empty()) result = &result->inner[0];
  if (result->kind == Pattern::variable || result->kind == Pattern::anything) return false;
  return !outside_only(signature, argument);
}

const Signature& signature_for(const std::vector<Signature>& all, const List& arguments) {
  for (const auto& signature : all) {
    const auto& parameters = signature.parameters;
    bool fitting = signature.variadic || arguments.size() <= parameters.size();
    for (std::size_t i = 0; i < arguments.size() && fitting; ++i)
      fitting = has_form(parameter_at(signature, i), arguments[i]);
    if (fitting) return signature;
  }
  return all.front();
}

Type apply_signature(const Signature& signature, const std::vector<Type>& arguments, Misfit& misfit) {
  misfit = {.why = Misfit::number};
  if (arguments.size() < required_count(signature)) return {};
  if (!signature.variadic && arguments.size() > signature.parameters.size()) return {};
  Bindings bindings;
  Taint taint;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& pattern = parameter_at(signature, i);
    const Bindings before = bindings;
    if (!unify(pattern, arguments[i], bindings)) {
      bindings = before;
      const bool null = arguments[i].kind() == TypeKind::null ||
                        (arguments[i].optional && unify(pattern, arguments[i].required(), bindings));
      misfit = {null ? Misfit::null : Misfit::type, i, wanted_text(pattern, before)};
      return {};
    }
    Taint all;
    all.add_all(arguments[i]);
    taint.later =
        taint.later || (outside_only(signature, i) ? arguments[i].later
                                                   : all.later);  // a function runs when all of its arguments are known
    taint.secret = taint.secret || (looks_into(signature, i) ? all.secret : arguments[i].secret);
  }
  misfit = {};
  Type out = substitute(signature.result, bindings);
  out.later = out.later || taint.later;
  out.secret = out.secret || taint.secret;
  return out;
}

}  // namespace infra
