// Signatures of the standard library, as text: "(List<T>, String?) -> Map<List<T>>". A function that takes one thing or
// another has several, parted by " or "; the first that fits counts.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/values/type.h"

namespace infra {

// A type with variables. Map<T> stands for Map<String, T>.
struct Pattern {
  enum Kind { concrete, variable, list, map, range, value, anything } kind = anything;
  // What a variable may stand for: Num is Int or Float; Amount also Bytes, Duration and Cpu; Ordered what `<` and
  // `sort` can compare; Text what can stand in a text.
  enum Class { any, num, amount, ordered, text };
  Type type;              // concrete
  char letter = 0;        // variable: one name stands for one type in the whole signature
  Class of = Class::any;  // variable
  std::vector<Pattern> inner;
  bool optional = false;  // "T?": as a parameter, may be left out at the end; as a result, may be null
};

struct Signature {
  std::vector<Pattern> parameters;
  bool variadic = false;  // the last parameter may be repeated
  Pattern result;
};

std::vector<Signature> parse_signatures(std::string_view text);  // aborts on a malformed table: a bug

// Why arguments don't fit a signature.
struct Misfit {
  enum Why { none, number, type, null } why = none;
  std::size_t argument = 0;  // of the first that doesn't fit
  std::string wanted;        // there: "List<Int>", "a map"
};

using Bindings = std::map<char, Type>;  // by the letter of the variable
// The type that an argument must have, as far as those before it tell: "List<Int>", else "a list".
std::string wanted_text(const Pattern& pattern, const Bindings& bindings);

// Types the result for these arguments, or fills in the misfit.
Type apply_signature(const Signature& signature, const std::vector<Type>& arguments, Misfit& misfit);
// Does its result tell of what is inside this argument? `join`, `json` and `length` do; elements that only pass through
// (`first`, `merge`, `[]`) stay what they are, secret or not.
bool looks_into(const Signature& signature, std::size_t argument);
// Only how many elements it has and by which keys is looked at (`List<Any>`, `Map<Any>`): neither that one of them is
// secret nor that it is known later matters.
bool outside_only(const Signature& signature, std::size_t argument);
// Of the signatures of one function: the one that values of this form are meant by.
const Signature& signature_for(const std::vector<Signature>& all, const List& arguments);

}  // namespace infra
