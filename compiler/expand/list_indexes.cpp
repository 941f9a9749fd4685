#include "compiler/expand/list_indexes.h"

#include "compiler/functions/equality.h"

namespace infra {

bool ListIndexes::knows(const Value& list) {
  if (list.list() == nullptr || list.list()->size() < kShort) return false;
  if (indexes_.contains(list.identity())) return true;
  if (asked_.size() > kMostElements) asked_.clear();
  if (asked_.insert(list.identity()).second) return false;
  if (elements_ > kMostElements) {
    indexes_.clear();
    elements_ = 0;
  }
  Index index{.list = list, .places = {}};
  for (std::size_t i = 0; i < list.list()->size(); ++i) index.places[equality_hash((*list.list())[i])].push_back(i);
  elements_ += list.list()->size();
  indexes_.emplace(list.identity(), std::move(index));
  return true;
}

std::optional<std::size_t> ListIndexes::place(const Value& list, const Value& wanted) {
  const auto& index = indexes_.at(list.identity());
  const auto at = index.places.find(equality_hash(wanted));
  if (at == index.places.end()) return std::nullopt;
  for (const auto place : at->second) {
    if (equal((*list.list())[place], wanted)) return place;
  }
  return std::nullopt;
}

}  // namespace infra
