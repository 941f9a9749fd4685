// Which declarations a value was made from.
#pragma once
#include <vector>

#include "base/values/address.h"

namespace infra {

// Those that it names itself, and by way of other values. What those need isn't copied: a chain of values would cost
// the square of its length, and one that names each value twice two to the power of it.
class Needs {
 public:
  void add(Address address);
  // `other` stays where it is as long as this is asked.
  void add(const Needs& other);
  // Sorted, each once.
  [[nodiscard]] std::vector<Address> all() const;

 private:
  std::vector<Address> own_;
  std::vector<const Needs*> through_;
  std::size_t tidy_own_ = 64;  // at so many, what is there twice goes
  std::size_t tidy_through_ = 64;
};

}  // namespace infra
