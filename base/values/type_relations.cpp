// Which type may stand for which, and what two have in common.
#include "base/values/type.h"

#include <algorithm>
#include <unordered_set>

namespace infra {
namespace {

bool literals_fit(const Type& actual, const Type& expected) {
  return std::all_of(actual.members().begin(), actual.members().end(),
                     [&](const std::string& m) { return expected.has_member(m); });
}

// A map takes every key unless its type names those that it may have.
bool keys_fit(const Type& actual, const Type& expected) {
  if (expected.members().empty()) return true;
  if (actual.kind() == TypeKind::map) return !actual.members().empty() && literals_fit(actual, expected);
  return std::all_of(actual.fields().begin(), actual.fields().end(),
                     [&](const Field& f) { return expected.has_member(f.name); });
}

bool record_fits(const Type& actual, const Type& expected) {
  for (const auto& field : expected.fields()) {
    const auto* given = actual.field(field.name);
    if (given == nullptr ? !field.type.optional : !fits(given->type, field.type)) return false;
  }
  return std::all_of(actual.fields().begin(), actual.fields().end(),
                     [&](const Field& f) { return expected.field(f.name) != nullptr; });
}

bool bare_fits(const Type& actual, const Type& expected) {
  const auto a = actual.kind();
  switch (expected.kind()) {
    case TypeKind::floating:
      return a == TypeKind::floating || a == TypeKind::integer;
    case TypeKind::string:
      return a == TypeKind::string || a == TypeKind::literals;
    case TypeKind::literals:
      return a == TypeKind::literals && literals_fit(actual, expected);
    case TypeKind::list:
    case TypeKind::range:
      return a == expected.kind() && fits(actual.element(), expected.element());
    case TypeKind::map:
      if (!keys_fit(actual, expected)) return false;
      if (a == TypeKind::record) {
        return std::all_of(actual.fields().begin(), actual.fields().end(),
                           [&](const Field& f) { return fits(f.type, expected.element()); });
      }
      return a == TypeKind::map && fits(actual.element(), expected.element());
    case TypeKind::record:
      return a == TypeKind::record && record_fits(actual, expected);
    case TypeKind::resource:
      return a == TypeKind::resource && (expected.name().empty() || actual.name() == expected.name());
    default:
      return a == expected.kind();
  }
}

}  // namespace

bool fits(const Type& actual, const Type& expected) {
  if (actual.is_error() || expected.is_error()) return true;
  if (expected.kind() == TypeKind::any_of && actual.identity() != expected.identity()) {
    Type wrapped = actual;
    wrapped.later = wrapped.later && !expected.later;
    wrapped.optional = wrapped.optional && !expected.optional;
    return (expected.optional && actual.kind() == TypeKind::null) ||
           std::any_of(expected.alternatives().begin(), expected.alternatives().end(),
                       [&](const Type& t) { return fits(wrapped, t); });
  }
  if (actual.later && !expected.later) return false;
  if (actual.secret != expected.secret && !(expected.secret && !actual.secret)) return false;
  if (actual.kind() == TypeKind::null) return expected.optional || expected.kind() == TypeKind::null;
  if (actual.optional && !expected.optional) return false;
  if (actual.identity() == expected.identity()) return true;
  if (actual.kind() == TypeKind::any_of) {
    return std::all_of(actual.alternatives().begin(), actual.alternatives().end(),
                       [&](const Type& t) { return fits(t, expected); });
  }
  return bare_fits(actual, expected);
}

namespace {
std::vector<std::string> joined_keys(const Type& a, const Type& b) {
  if (a.members().empty() || b.members().empty()) return {};
  auto keys = a.members();
  for (const auto& key : b.members()) {
    if (!a.has_member(key)) keys.push_back(key);
  }
  return keys;
}

std::optional<Type> join_bare(const Type& a, const Type& b) {
  if (a.identity() == b.identity()) return a;
  if (a.kind() == TypeKind::literals && b.kind() == TypeKind::literals) {
    if (literals_fit(b, a)) return a;
    if (literals_fit(a, b)) return b;
    auto members = a.members();
    members.insert(members.end(), b.members().begin(), b.members().end());
    auto both = Type::literals(std::move(members));
    return both.members().size() > kWidestJoin ? types::string() : both;
  }
  if (a.kind() == TypeKind::list && b.kind() == TypeKind::list) {
    auto element = join(a.element(), b.element());
    return element ? std::optional(Type::list(*element)) : std::nullopt;
  }
  if (a.kind() == TypeKind::map && b.kind() == TypeKind::map) {
    auto element = join(a.element(), b.element());
    return element ? std::optional(Type::map(*element, joined_keys(a, b))) : std::nullopt;
  }
  if (a.kind() == TypeKind::record && b.kind() == TypeKind::record) {
    std::vector<Field> fields;
    for (const auto& f : a.fields()) {
      const auto* other = b.field(f.name);
      auto type = other != nullptr ? join(f.type, other->type) : std::optional(f.type.opt());
      if (!type) return std::nullopt;
      fields.push_back({f.name, *type});
    }
    for (const auto& f : b.fields()) {
      if (a.field(f.name) == nullptr) fields.push_back({f.name, f.type.opt()});
    }
    return Type::record(std::move(fields));
  }
  if (bare_fits(a, b)) return b;
  if (bare_fits(b, a)) return a;
  if (a.kind() == TypeKind::resource && b.kind() == TypeKind::resource) return Type::resource("");
  return std::nullopt;
}
}  // namespace

std::optional<Type> join(const Type& a, const Type& b) {
  if (a.is_error()) return b;
  if (b.is_error()) return a;
  Type wrap;
  wrap.optional = a.optional || b.optional || a.kind() == TypeKind::null || b.kind() == TypeKind::null;
  wrap.secret = a.secret || b.secret;
  wrap.later = a.later || b.later;
  std::optional<Type> out;
  if (a.kind() == TypeKind::null) {
    out = b;
  } else if (b.kind() == TypeKind::null) {
    out = a;
  } else {
    out = join_bare(a, b);
  }
  if (!out) return out;
  if (out->low != a.low || out->low != b.low) out->low.reset();
  if (out->high != a.high || out->high != b.high) out->high.reset();
  if (!a.pattern || !b.pattern || (a.pattern != b.pattern && a.pattern->regex() != b.pattern->regex()))
    out->pattern.reset();
  out->optional = wrap.optional;
  out->secret = wrap.secret;
  out->later = wrap.later;
  return out;
}

}  // namespace infra
