// When values are equal, and which comes first.
#pragma once
#include <compare>
#include <cstddef>

#include "base/values/value.h"

namespace infra {

// As `==` has it: 1 and 1.0 are equal, also inside of lists and maps.
bool equal(const Value& a, const Value& b);
// The same for all that are equal(). Of a value that is known.
std::size_t equality_hash(const Value& value);

// Order of values of one type, for sort, min, max and comparison.
std::partial_ordering compare(const Value& a, const Value& b);

}  // namespace infra
