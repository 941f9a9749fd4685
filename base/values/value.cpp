#include "base/values/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "base/overloaded.h"

namespace infra {
namespace {

const Value kNull;

auto key_less = [](const Entry& entry, std::string_view key) { return entry.first < key; };

// Places are sorted, and each entry moved once: what is written by hand has few entries, and they are large.
void sort_by_key(std::vector<Entry>& entries) {
  std::vector<std::uint32_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto by_key = entries[a].first <=> entries[b].first;
    return by_key != 0 ? by_key < 0 : a < b;
  });
  std::vector<Entry> sorted;
  sorted.reserve(entries.size());
  for (const auto at : order) sorted.push_back(std::move(entries[at]));
  entries = std::move(sorted);
}

}  // namespace

Map::Map(std::vector<Entry> entries) : entries_(std::move(entries)) {
  auto out_of_order = [](const Entry& a, const Entry& b) { return a.first >= b.first; };
  // Most maps are made from sorted ones: then nothing is moved, and no buffer for sorting allocated.
  if (std::adjacent_find(entries_.begin(), entries_.end(), out_of_order) == entries_.end()) return;
  sort_by_key(entries_);
  // Of equal keys the last one stays.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (kept > 0 && entries_[kept - 1].first == entries_[i].first) --kept;
    if (kept != i) entries_[kept] = std::move(entries_[i]);
    ++kept;
  }
  entries_.resize(kept);
}

const Value* Map::find(std::string_view key) const {
  constexpr std::size_t kFew = 16;  // of so few, most are told apart by their length
  if (entries_.size() <= kFew) {
    for (const auto& [name, value] : entries_) {
      if (name == key) return &value;
    }
    return nullptr;
  }
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key, key_less);
  return at != entries_.end() && at->first == key ? &at->second : nullptr;
}

Value& Map::operator[](std::string_view key) {
  auto at = std::lower_bound(entries_.begin(), entries_.end(), key, key_less);
  if (at == entries_.end() || at->first != key) at = entries_.emplace(at, std::string(key), Value());
  return at->second;
}

void Map::set(std::string key, Value value) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), std::string_view(key), key_less);
  if (at != entries_.end() && at->first == key) {
    at->second = std::move(value);
  } else {
    entries_.emplace(at, std::move(key), std::move(value));
  }
}

bool Map::erase(std::string_view key) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key, key_less);
  if (at == entries_.end() || at->first != key) return false;
  entries_.erase(at);
  return true;
}

bool operator==(const Map& a, const Map& b) { return a.entries_ == b.entries_; }

namespace {

// What is shared, with its facts behind it. Only the constructors of Value make one, so a `const List` of a Value is
// always the first part of one of these.
template <class T>
struct Node : T {
  Node(T&& held, const Facts& of) : T(std::move(held)), facts(of) {}
  Facts facts;
};

template <class T>
std::shared_ptr<const T> shared_node(T held, const Facts& facts) {
  return std::make_shared<const Node<T>>(std::move(held), facts);
}

template <class T>
const Facts& kept_facts(const std::shared_ptr<const T>& held) {
  return static_cast<const Node<T>*>(held.get())->facts;
}

std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  return __builtin_add_overflow(a, b, &out) ? ~std::uint64_t{0} : out;
}

void add_part(Facts& whole, const Value& part, std::size_t key) {
  const Facts facts = part.facts();
  whole.known = whole.known && facts.known;
  whole.secret = whole.secret || facts.secret;
  whole.refs = whole.refs || facts.refs;
  whole.depth = std::max(whole.depth, facts.depth + 1);
  whole.height = std::max(whole.height, facts.height + 1);
  whole.size = plus(whole.size, plus(facts.size, key));
  whole.weight = plus(whole.weight, plus(facts.weight, key));
}

}  // namespace

Value::Value(List v) {
  Facts facts{.depth = 1, .height = 1, .size = sizeof(Value), .weight = sizeof(Value)};
  for (const auto& item : v) add_part(facts, item, 0);
  data_ = shared_node(std::move(v), facts);
}

Value::Value(Map v) {
  Facts facts{.depth = 1, .height = 1, .size = sizeof(Value), .weight = sizeof(Value)};
  for (const auto& [key, item] : v) add_part(facts, item, sizeof(std::string) + key.size());
  data_ = shared_node(std::move(v), facts);
}

Facts facts_of(const Call& call) {
  Facts facts{.height = 1, .size = sizeof(Value) + call.function.size()};
  for (const auto& item : call.arguments) add_part(facts, item, 0);
  facts.known = false;
  facts.depth = 0;
  facts.weight = sizeof(Value) * (1 + call.arguments.size());
  return facts;
}

Value::Value(Call v) {
  const Facts facts = infra::facts_of(v);
  data_ = shared_node(std::move(v), facts);
}

Facts Value::facts() const {
  constexpr Facts kLeaf{.size = sizeof(Value), .weight = sizeof(Value)};
  if (const auto* list = std::get_if<std::shared_ptr<const List>>(&data_)) return kept_facts(*list);
  if (const auto* map = std::get_if<std::shared_ptr<const Map>>(&data_)) return kept_facts(*map);
  if (const auto* call = std::get_if<std::shared_ptr<const Call>>(&data_)) return kept_facts(*call);
  Facts facts = kLeaf;
  if (const auto* text = string()) {
    facts.size += text->size();
    facts.weight = facts.size;
  } else if (const auto* referred = ref()) {
    facts.known = referred->attribute.empty();
    facts.refs = true;
  } else if (unknown() != nullptr) {
    facts.known = false;
  } else if (const auto* inner = secret()) {
    facts = inner->facts();
    facts.secret = true;
    ++facts.depth;
    ++facts.height;
  }
  return facts;
}

const void* Value::identity() const {
  return std::visit(Overloaded{
                        []<class T>(const std::shared_ptr<const T>& v) { return static_cast<const void*>(v.get()); },
                        [](const Secret& v) { return static_cast<const void*>(v.inner.get()); },
                        [](const auto&) { return static_cast<const void*>(nullptr); },
                    },
                    data_);
}

Value Value::secret(Value inner) {
  if (inner.get<Secret>() != nullptr) return inner;
  Value out;
  out.data_ = Secret{std::make_shared<const Value>(std::move(inner))};
  return out;
}

namespace {
template <class T>
const T* shared(const Data& data) {
  const auto* held = std::get_if<std::shared_ptr<const T>>(&data);
  return held != nullptr ? held->get() : nullptr;
}
}  // namespace

const List* Value::list() const { return shared<List>(data_); }
const Map* Value::map() const { return shared<Map>(data_); }
const Ref* Value::ref() const { return shared<Ref>(data_); }
const Call* Value::call() const { return shared<Call>(data_); }
const Unknown* Value::unknown() const { return shared<Unknown>(data_); }
const Value* Value::secret() const {
  const auto* held = get<Secret>();
  return held != nullptr ? held->inner.get() : nullptr;
}

const Value& Value::operator[](std::string_view key) const {
  const auto* members = map();
  const auto* found = members != nullptr ? members->find(key) : nullptr;
  return found != nullptr ? *found : kNull;
}

namespace {

// Compares what is shared once: two large Calls that were found equal are not entered again, for what is built by
// calling with the same argument twice has as many ways to its leaves as two to the power of its height.
class Equality {
 public:
  bool equal(const Value& a, const Value& b) {
    if (a.data().index() != b.data().index()) return false;
    return std::visit(Overloaded{
                          [&](const std::shared_ptr<const std::string>& v) { return *v == *b.string(); },
                          [&](const std::shared_ptr<const List>& v) {
                            return v.get() == b.list() || (alike(a, b) && all_equal(*v, *b.list()));
                          },
                          [&](const std::shared_ptr<const Map>& v) {
                            return v.get() == b.map() || (alike(a, b) && entries_equal(*v, *b.map()));
                          },
                          [&](const std::shared_ptr<const Ref>& v) { return *v == *b.ref(); },
                          [&](const std::shared_ptr<const Call>& v) {
                            return v.get() == b.call() || (alike(a, b) && calls_equal(a, b));
                          },
                          [&](const std::shared_ptr<const Unknown>& v) { return v->what == b.unknown()->what; },
                          [&](const Secret& v) { return equal(*v.inner, *b.secret()); },
                          [&]<class T>(const T& v) { return v == *b.get<T>(); },
                      },
                      a.data());
  }

 private:
  static bool alike(const Value& a, const Value& b) {
    const Facts x = a.facts();
    const Facts y = b.facts();
    return x.size == y.size && x.height == y.height && x.known == y.known && x.secret == y.secret && x.refs == y.refs;
  }
  bool all_equal(const List& a, const List& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [this](const Value& x, const Value& y) { return equal(x, y); });
  }
  bool entries_equal(const Map& a, const Map& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [this](const Entry& x, const Entry& y) {
      return x.first == y.first && equal(x.second, y.second);
    });
  }
  bool calls_equal(const Value& a, const Value& b) {
    if (a.call()->function != b.call()->function) return false;
    const bool large = a.facts().size > kWorthRemembering;
    if (large && met_.contains({a.call(), b.call()})) return true;  // if they weren't, all would have ended
    if (!all_equal(a.call()->arguments, b.call()->arguments)) return false;
    if (large) met_.emplace(a.call(), b.call());
    return true;
  }

  std::set<std::pair<const void*, const void*>> met_;
};

}  // namespace

bool operator==(const Value& a, const Value& b) { return Equality().equal(a, b); }

}  // namespace infra
