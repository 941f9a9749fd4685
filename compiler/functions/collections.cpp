#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

#include "base/text/units.h"
#include "compiler/functions/families.h"

namespace infra {
namespace {

constexpr std::int64_t kMostElements = 1'000'000;  // a loop of a billion ends with a message, not with the memory

Value length(const List& a) {
  if (const auto* text = a[0].string()) {
    return static_cast<std::int64_t>(std::count_if(
        text->begin(), text->end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  }
  if (const auto* items = a[0].list()) return static_cast<std::int64_t>(items->size());
  if (const auto* members = a[0].map()) return static_cast<std::int64_t>(members->size());
  throw FunctionError{fmt::format("a {} has no length", type_name(a[0]))};
}

Value keys(const List& a) {
  List out;
  for (const auto& [key, value] : map_at(a, 0)) out.emplace_back(key);
  return out;
}
Value values(const List& a) {
  List out;
  for (const auto& [key, value] : map_at(a, 0)) out.push_back(value);
  return out;
}

Value sort(const List& a) {
  List out = list_at(a, 0);
  std::stable_sort(out.begin(), out.end(), [](const Value& x, const Value& y) { return compare(x, y) < 0; });
  return out;
}

bool has(const List& items, const Value& wanted) {
  return std::any_of(items.begin(), items.end(), [&](const Value& item) { return equal(item, wanted); });
}

Value distinct(const List& a) {
  List out;
  std::unordered_map<std::size_t, std::vector<std::size_t>> places;  // in `out`, by hash
  for (const auto& item : list_at(a, 0)) {
    auto& same_hash = places[equality_hash(item)];
    const bool met =
        std::any_of(same_hash.begin(), same_hash.end(), [&](std::size_t place) { return equal(out[place], item); });
    if (met) continue;
    same_hash.push_back(out.size());
    out.push_back(item);
  }
  return out;
}

Value flatten(const List& a) {
  List out;
  for (const auto& inner : list_at(a, 0)) {
    if (inner.list() == nullptr) throw FunctionError{"`flatten` takes a list of lists"};
    if (out.size() + inner.list()->size() > static_cast<std::size_t>(kMostElements))
      throw FunctionError{fmt::format("`flatten` makes at most {} elements", kMostElements)};
    out.insert(out.end(), inner.list()->begin(), inner.list()->end());
  }
  return out;
}

Value zip(const List& a) {
  const auto& left = list_at(a, 0);
  const auto& right = list_at(a, 1);
  if (left.size() != right.size())
    throw FunctionError{fmt::format("`zip` takes lists of one length, got {} and {}", left.size(), right.size())};
  List out;
  for (std::size_t i = 0; i < left.size(); ++i) out.emplace_back(List{left[i], right[i]});
  return out;
}

// range(3) is [0, 1, 2]; range(2, 5) is [2, 3, 4].
Value range(const List& a) {
  const std::int64_t low = a.size() > 1 ? int_at(a, 0) : 0;
  const std::int64_t high = a.size() > 1 ? int_at(a, 1) : int_at(a, 0);
  if (high > low &&
      static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) > static_cast<std::uint64_t>(kMostElements)) {
    throw FunctionError{fmt::format("`range` makes at most {} elements", kMostElements)};
  }
  List out;
  for (std::int64_t i = low; i < high; ++i) out.emplace_back(i);
  return out;
}

Value first(const List& a) { return list_at(a, 0).empty() ? Value() : list_at(a, 0).front(); }
Value last(const List& a) { return list_at(a, 0).empty() ? Value() : list_at(a, 0).back(); }

Value merge(const List& a) {
  std::vector<Entry> out;
  for (std::size_t i = 0; i < a.size(); ++i) out.insert(out.end(), map_at(a, i).begin(), map_at(a, i).end());
  return Map(std::move(out));
}

Value extreme(const List& a, std::string_view name, bool smallest) {
  const List& items = a.size() == 1 && a[0].list() != nullptr ? *a[0].list() : a;
  if (items.empty()) throw FunctionError{fmt::format("`{}` of an empty list", name)};
  const Value* best = &items[0];
  for (const auto& item : items) {
    const auto order = compare(item, *best);
    if (smallest ? order < 0 : order > 0) best = &item;
  }
  return *best;
}
Value min(const List& a) { return extreme(a, "min", true); }
Value max(const List& a) { return extreme(a, "max", false); }

Value sum(const List& a) {
  Value total = std::int64_t{0};
  bool first_item = true;
  for (const auto& item : list_at(a, 0)) {
    std::string error;
    auto next = first_item ? std::optional(item) : call_function("+", {total, item}, error);
    if (!next) throw FunctionError{error};
    total = *next;
    first_item = false;
  }
  return total;
}

Value any(const List& a) {
  return std::any_of(list_at(a, 0).begin(), list_at(a, 0).end(),
                     [](const Value& v) { return v.boolean() != nullptr && *v.boolean(); });
}
Value all(const List& a) {
  return std::all_of(list_at(a, 0).begin(), list_at(a, 0).end(),
                     [](const Value& v) { return v.boolean() != nullptr && *v.boolean(); });
}

Value group_by(const List& a) {
  const auto& field = text_at(a, 1);
  std::map<std::string, List> groups;
  for (const auto& item : list_at(a, 0)) {
    const auto key = to_text(item[field]);
    if (!key) throw FunctionError{fmt::format("`group_by`: an element has no `{}` that could be a key", field)};
    groups[*key].push_back(item);
  }
  Map out;
  for (auto& [key, items] : groups) out.set(key, std::move(items));
  return out;
}

Value index_of(const List& a) {
  const auto& items = list_at(a, 0);
  const auto at = std::find_if(items.begin(), items.end(), [&](const Value& item) { return equal(item, a[1]); });
  return at != items.end() ? Value(static_cast<std::int64_t>(at - items.begin())) : Value();
}

Value contains_value(const List& a) {
  if (const auto* text = a[0].string()) return text->find(text_at(a, 1)) != std::string::npos;
  if (const auto* items = a[0].list()) return has(*items, a[1]);
  if (const auto* members = a[0].map()) return members->find(text_at(a, 1)) != nullptr;
  if (const auto* network = a[0].get<Cidr>()) {
    if (const auto* ip = a[1].get<Ip>()) return contains(*network, *ip);
    if (const auto* inner = a[1].get<Cidr>()) return contains(*network, *inner);
  }
  if (const auto* r = a[0].get<Range>()) {
    if (const auto* n = a[1].integer()) return *n >= r->low && *n <= r->high;
    if (const auto* n = a[1].get<Bytes>()) return n->count >= r->low && n->count <= r->high;
  }
  throw FunctionError{fmt::format("`contains` can't look for a {} in a {}", type_name(a[1]), type_name(a[0]))};
}

Value get(const List& a) {
  if (const auto* members = a[0].map()) {
    const auto* found = members->find(text_at(a, 1));
    return found != nullptr ? *found : Value();
  }
  const auto& items = list_at(a, 0);
  const auto index = int_at(a, 1);
  return index >= 0 && index < static_cast<std::int64_t>(items.size()) ? items[static_cast<std::size_t>(index)]
                                                                       : Value();
}

}  // namespace

std::vector<Function> collection_functions() {
  return {
      {"length", "(String) -> Int or (List<Any>) -> Int or (Map<Any>) -> Int",
       "How many characters, elements or entries.", length},
      {"keys", "(Map<Any>) -> List<String>", "The keys, sorted.", keys},
      {"values", "(Map<T>) -> List<T>", "The values in the order of their keys.", values},
      {"sort", "(List<Ordered>) -> List<Ordered>", "The elements in ascending order.", sort},
      {"distinct", "(List<T>) -> List<T>", "The elements without repetitions.", distinct},
      {"flatten", "(List<List<T>>) -> List<T>", "The elements of the inner lists.", flatten},
      {"zip", "(List<T>, List<T>) -> List<List<T>> or (List<T>, List<U>) -> List<List<Any>>",
       "Pairs of elements at one place.", zip},
      {"range", "(Int, Int?) -> List<Int>", "range(3) is [0, 1, 2], range(2, 5) is [2, 3, 4].", range},
      {"first", "(List<T>) -> T?", "The first element, or null.", first},
      {"last", "(List<T>) -> T?", "The last element, or null.", last},
      {"merge", "(Map<T>...) -> Map<T>", "All entries; of equal keys the last one's.", merge},
      {"min", "(List<Ordered>) -> Ordered or (Ordered, Ordered...) -> Ordered",
       "The smallest of the arguments, or of a list.", min},
      {"max", "(List<Ordered>) -> Ordered or (Ordered, Ordered...) -> Ordered",
       "The largest of the arguments, or of a list.", max},
      {"sum", "(List<Amount>) -> Amount", "The elements added up.", sum},
      {"any", "(List<Bool>) -> Bool", "Is any element true?", any},
      {"all", "(List<Bool>) -> Bool", "Are all elements true?", all},
      {"group_by", "(List<T>, String) -> Map<List<T>>", "The elements by the text of one of their fields.", group_by},
      {"index_of", "(List<T>, T) -> Int?", "The first place of an element, or null.", index_of},
      {"contains",
       "(String, String) -> Bool or (List<T>, T) -> Bool or (Map<Any>, String) -> Bool or (Range<T>, T) -> Bool or "
       "(Cidr, Ip) -> Bool or (Cidr, Cidr) -> Bool",
       "Is this in the text, list, map, range or network?", contains_value},
      {"get", "(Map<T>, String) -> T? or (List<T>, Int) -> T?",
       "The value of a key, or the element at a place; else null.", get},
  };
}

}  // namespace infra
