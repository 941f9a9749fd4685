// What a Platform may be beside Platform: one where an object's inputs say how much of it is billed by the hour.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/values/value.h"

namespace infra {

class BillsParts {
 public:
  virtual ~BillsParts() = default;
  // What is billed by the hour beside an object itself (Platform::billed), and how many of each: the public addresses
  // of a service's tasks. Null inputs have nothing.
  [[nodiscard]] virtual std::map<std::string, std::size_t> billed_parts(std::string_view type,
                                                                        const Value& inputs) const = 0;
};

}  // namespace infra
