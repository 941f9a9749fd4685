#include "compiler/signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

namespace infra {
namespace {

constexpr std::array<std::pair<std::string_view, TypeKind>, 10> kNames = {{{"String", TypeKind::string},
                                                                           {"Int", TypeKind::integer},
                                                                           {"Float", TypeKind::floating},
                                                                           {"Bool", TypeKind::boolean},
                                                                           {"Bytes", TypeKind::bytes},
                                                                           {"Duration", TypeKind::duration},
                                                                           {"Cpu", TypeKind::cpu},
                                                                           {"Percent", TypeKind::percent},
                                                                           {"Ip", TypeKind::ip},
                                                                           {"Cidr", TypeKind::cidr}}};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Signature signature() {
    Signature out;
    expect('(');
    while (!accept(')')) {
      out.parameters.push_back(pattern());
      if (rest_.starts_with("...")) {
        rest_.remove_prefix(3);
        out.variadic = true;
      }
      accept(',');
    }
    expect('-');
    expect('>');
    out.result = pattern();
    return out;
  }

 private:
  void blanks() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }
  bool accept(char c) {
    blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    blanks();
    return true;
  }
  void expect(char c) {
    if (!accept(c)) std::abort();
  }
  std::string_view word() {
    blanks();
    std::size_t n = 0;
    while (n < rest_.size() && std::isalpha(static_cast<unsigned char>(rest_[n])) != 0) ++n;
    const auto out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return out;
  }
  Pattern pattern() {
    Pattern out = bare(word());
    if (rest_.starts_with('?')) {
      rest_.remove_prefix(1);
      out.optional = true;
    }
    return out;
  }
  Pattern bare(std::string_view name) {
    if (name == "T" || name == "U") return {.kind = Pattern::variable, .letter = name[0]};
    if (name == "Num") return {.kind = Pattern::number};
    if (name == "Any") return {.kind = Pattern::anything};
    if (name == "List" || name == "Map") {
      expect('<');
      Pattern out{.kind = name == "List" ? Pattern::list : Pattern::map};
      out.inner.push_back(pattern());
      expect('>');
      return out;
    }
    for (const auto& [known, kind] : kNames) {
      if (name == known) return {.kind = Pattern::concrete, .type = Type::of(kind)};
    }
    std::abort();
  }
  std::string_view rest_;
};

using Bindings = std::map<char, Type>;

Type bare(Type type) {
  type.later = false;
  type.secret = false;
  return type;
}

bool bind(Bindings& bindings, char letter, const Type& type) {
  auto [at, fresh] = bindings.try_emplace(letter, type);
  if (fresh) return true;
  auto both = join(at->second, type);
  if (both) at->second = *both;
  return both.has_value();
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

bool unify(const Pattern& pattern, const Type& given, Bindings& bindings) {
  const Type type = bare(given);
  if (type.is_error()) return true;
  if (type.optional && pattern.kind != Pattern::variable && pattern.kind != Pattern::anything && !pattern.optional)
    return false;
  switch (pattern.kind) {
    case Pattern::anything:
      return true;
    case Pattern::concrete:
      return fits(type.required(), pattern.type);
    case Pattern::number:
      return bind(bindings, '#', type) && fits(type, types::floating());
    case Pattern::variable:
      return bind(bindings, pattern.letter, given);
    case Pattern::list:
      return type.kind() == TypeKind::list && unify(pattern.inner[0], type.element(), bindings);
    case Pattern::map: {
      if (type.kind() == TypeKind::map) return unify(pattern.inner[0], type.element(), bindings);
      if (type.kind() != TypeKind::record) return false;
      const auto element = record_element(type);
      return element && unify(pattern.inner[0], *element, bindings);
    }
  }
  return false;
}

Type substitute(const Pattern& pattern, const Bindings& bindings) {
  auto bound = [&](char letter) {
    const auto at = bindings.find(letter);
    return at != bindings.end() ? at->second : Type();
  };
  Type out;
  switch (pattern.kind) {
    case Pattern::anything:
      break;
    case Pattern::concrete:
      out = pattern.type;
      break;
    case Pattern::number:
      out = bound('#');
      out.low.reset();
      out.high.reset();
      break;
    case Pattern::variable:
      out = bound(pattern.letter);
      break;
    case Pattern::list:
      out = Type::list(substitute(pattern.inner[0], bindings));
      break;
    case Pattern::map:
      out = Type::map(substitute(pattern.inner[0], bindings));
      break;
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

}  // namespace

bool looks_into(const Signature& signature, std::size_t argument) {
  const Pattern* result = &signature.result;
  while (!result->inner.empty()) result = &result->inner[0];
  if (result->kind == Pattern::variable || result->kind == Pattern::anything) return false;
  // Of a Map<T> without T in the result only the keys can have been looked at.
  const auto& parameter = signature.parameters[std::min(argument, signature.parameters.size() - 1)];
  return parameter.kind != Pattern::map || parameter.inner[0].kind != Pattern::variable;
}

Signature parse_signature(std::string_view text) { return Reader(text).signature(); }

Type apply_signature(const Signature& signature, const std::vector<Type>& arguments, int& misfit) {
  misfit = -1;
  if (arguments.size() < required_count(signature)) return {};
  if (!signature.variadic && arguments.size() > signature.parameters.size()) return {};
  Bindings bindings;
  Taint taint;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& pattern = signature.parameters[std::min(i, signature.parameters.size() - 1)];
    if (!unify(pattern, arguments[i], bindings)) {
      misfit = static_cast<int>(i);
      return {};
    }
    Taint all;
    all.add_all(arguments[i]);
    taint.later = taint.later || all.later;  // a function runs when all of its arguments are known
    taint.secret = taint.secret || (looks_into(signature, i) ? all.secret : arguments[i].secret);
  }
  misfit = -2;
  Type out = substitute(signature.result, bindings);
  out.later = out.later || taint.later;
  out.secret = out.secret || taint.secret;
  return out;
}

std::string to_text(const Pattern& pattern) {
  std::string out;
  switch (pattern.kind) {
    case Pattern::concrete:
      out = to_text(pattern.type);
      break;
    case Pattern::variable:
    case Pattern::anything:
      out = "any value";
      break;
    case Pattern::number:
      out = "Int or Float";
      break;
    case Pattern::list:
      out = pattern.inner[0].kind == Pattern::concrete ? fmt::format("List<{}>", to_text(pattern.inner[0])) : "a list";
      break;
    case Pattern::map:
      out = "a map";
      break;
  }
  return out + (pattern.optional ? "?" : "");
}

}  // namespace infra
