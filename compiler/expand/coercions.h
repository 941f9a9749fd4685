// Values as their types want them.
#pragma once
#include <cstddef>
#include <functional>
#include <unordered_map>

#include "base/values/type.h"
#include "base/values/value.h"

namespace infra {

// The value as the type wants it: Int to Float, plain to Secret, also inside lists and maps. What is so already stays
// shared.
Value coerce(const Value& value, const Type& type);

// What looking through a value costs, in steps of about what evaluating a small expression takes.
std::size_t walk_cost(const Value& value);

// Remembers of large values what they were coerced to and which types they were found to fit: a table that a function
// takes as its argument is looked through at its first call and not at each.
class Coercions {
 public:
  // nullptr: not met yet.
  [[nodiscard]] const Value* find(const Value& value, const Type& type) const;
  void keep(const Value& value, const Type& type, Value result);
  [[nodiscard]] bool fits(const Value& value, const Type& type) const;
  void keep_fitting(const Value& value, const Type& type);

 private:
  struct Key {
    const void* value;
    const void* type;
    unsigned wrappers;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<const void*>()(key.value) * 31 + std::hash<const void*>()(key.type) + key.wrappers;
    }
  };
  struct Met {
    Value from;  // these keep their identities from being used again
    Type type;
    Value to;
  };
  static bool worth(const Value& value, const Type& type);
  static Key key(const Value& value, const Type& type);

  std::unordered_map<Key, Met, KeyHash> coerced_;
  std::unordered_map<Key, Met, KeyHash> fitting_;
};

}  // namespace infra
