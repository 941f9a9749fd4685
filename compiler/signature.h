// Signatures of the standard library, as text: "(List<T>, String?) -> Map<List<T>>".
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/type.h"

namespace infra {

// A type with variables. Map<T> stands for Map<String, T>.
struct Pattern {
  enum Kind { concrete, variable, number, list, map, anything } kind = anything;
  Type type;        // concrete
  char letter = 0;  // variable: T or U
  std::vector<Pattern> inner;
  bool optional = false;  // "T?": as a parameter, may be left out at the end; as a result, may be null
};

struct Signature {
  std::vector<Pattern> parameters;
  bool variadic = false;  // the last parameter any number of times
  Pattern result;
};

Signature parse_signature(std::string_view text);  // aborts on a malformed table: a bug

// Types the result for these arguments, or fills in the index of the first that doesn't fit (or -1: wrong number).
Type apply_signature(const Signature& signature, const std::vector<Type>& arguments, int& misfit);
// Does its result tell of what is inside this argument? `join`, `json` and `length` do; elements that only pass through
// (`first`, `merge`, `[]`) stay what they are, secret or not.
bool looks_into(const Signature& signature, std::size_t argument);
std::string to_text(const Pattern& pattern);

}  // namespace infra
