// Signatures as they are written in the table, and as messages tell them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "compiler/functions/signature.h"

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

struct Variable {
  std::string_view name;
  char letter;
  Pattern::Class of;
  std::string_view words;  // in a message, when nothing tells yet which type it is
};
constexpr std::array<Variable, 6> kVariables = {
    {{"T", 'T', Pattern::any, "any value"},
     {"U", 'U', Pattern::any, "any value"},
     {"Num", '#', Pattern::num, "Int or Float"},
     {"Amount", '+', Pattern::amount, "a number, Bytes, Duration or Cpu"},
     {"Ordered", '<', Pattern::ordered, "a value that can be compared, such as a number, a size or a text"},
     {"Text", '$', Pattern::text, "a value that can be part of a text"}}};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::vector<Signature> signatures() {
    std::vector<Signature> out = {signature()};
    while (accept('o')) {
      expect('r');
      out.push_back(signature());
    }
    return out;
  }

 private:
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
    if (name == "Any") return {.kind = Pattern::anything};
    if (name == "Value") return {.kind = Pattern::value};
    for (const auto& variable : kVariables) {
      if (name == variable.name) return {.kind = Pattern::variable, .letter = variable.letter, .of = variable.of};
    }
    if (name == "List" || name == "Map" || name == "Range") {
      expect('<');
      Pattern out{.kind = name == "List" ? Pattern::list : name == "Map" ? Pattern::map : Pattern::range};
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

Type plain(Type type) {
  if (type.kind() == TypeKind::literals) return types::string();
  type.later = false;
  type.secret = false;
  return type;
}

std::string variable_text(const Pattern& variable, const Bindings& bindings) {
  const auto at = bindings.find(variable.letter);
  if (at != bindings.end() && !at->second.is_error()) return to_text(plain(at->second));
  const auto known = std::find_if(kVariables.begin(), kVariables.end(),
                                  [&](const Variable& v) { return v.letter == variable.letter; });
  return std::string(known->words);
}

// "List<Int>" if it is known what is to be in it, else "a list".
std::string holder_text(const Pattern& holder, const Bindings& bindings) {
  const auto& inner = holder.inner[0];
  const bool map = holder.kind == Pattern::map;
  const bool list = holder.kind == Pattern::list;
  const std::string_view noun = list ? "list" : map ? "map" : "range";
  if (inner.kind == Pattern::anything) return fmt::format("a {}", noun);
  if (inner.kind != Pattern::variable || bindings.contains(inner.letter)) {
    const auto element = wanted_text(inner, bindings);
    return list  ? fmt::format("List<{}>", element)
           : map ? fmt::format("Map<String, {}>", element)
                 : fmt::format("Range<{}>", element);
  }
  if (inner.of != Pattern::any)
    return fmt::format("a {} whose elements are each {}", noun, variable_text(inner, bindings));
  return fmt::format("a {}{}", noun, map ? " whose values have one type" : "");
}

}  // namespace

std::vector<Signature> parse_signatures(std::string_view text) { return Reader(text).signatures(); }

std::string wanted_text(const Pattern& pattern, const Bindings& bindings) {
  switch (pattern.kind) {
    case Pattern::concrete:
      return to_text(pattern.type) + (pattern.optional ? "?" : "");
    case Pattern::variable:
      return variable_text(pattern, bindings);
    case Pattern::list:
    case Pattern::map:
    case Pattern::range:
      return holder_text(pattern, bindings);
    case Pattern::value:
    case Pattern::anything:
      break;
  }
  return "any value but null";
}

}  // namespace infra
