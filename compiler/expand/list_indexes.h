// Where in a long list something stands, without looking through it each time.
#pragma once
#include <cstddef>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/values/value.h"

namespace infra {

class ListIndexes {
 public:
  static constexpr std::size_t kShort = 32;  // elements: a shorter list is looked through

  // The first place of what equals `wanted`, in a list that this is worth for; nullopt for others. A list is worth it
  // from the second question on. `list` and `wanted` are known and hold no secret.
  [[nodiscard]] bool knows(const Value& list);
  [[nodiscard]] std::optional<std::size_t> place(const Value& list, const Value& wanted);

 private:
  struct Index {
    Value list;                                                        // keeps its identity from being used again
    std::unordered_map<std::size_t, std::vector<std::size_t>> places;  // by hash
  };
  static constexpr std::size_t kMostElements = 4'000'000;  // of all together; then they are begun anew

  std::unordered_map<const void*, Index> indexes_;
  std::unordered_set<const void*> asked_;
  std::size_t elements_ = 0;
};

}  // namespace infra
