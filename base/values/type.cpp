#include "base/values/type.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/text/pattern_words.h"

namespace infra {

struct Type::Node {
  TypeKind kind = TypeKind::error;
  std::vector<Type> types;    // element, or alternatives
  std::vector<Field> fields;  // sorted by name
  std::vector<std::string> members;
  std::string name;
  TypeFacts facts = {};
  std::unordered_set<std::string_view> index = {};  // of many members
};

namespace {
const Type kError;
const std::vector<Field> kNoFields;
const std::vector<std::string> kNoMembers;
const std::vector<Type> kNoTypes;
const std::string kNoName;

constexpr std::size_t kManyMembers = 16;

void add_part(TypeFacts& whole, const Type& part) {
  const TypeFacts facts = part.facts();
  whole.later = whole.later || facts.later;
  whole.secret = whole.secret || facts.secret;
  whole.depth = std::max(whole.depth, facts.depth + 1);
  if (__builtin_add_overflow(whole.size, facts.size, &whole.size)) whole.size = ~std::uint64_t{0};
}
}  // namespace

Type Type::made(Node node) {
  auto shared = std::make_shared<Node>(std::move(node));
  for (const auto& type : shared->types) add_part(shared->facts, type);
  for (const auto& field : shared->fields) add_part(shared->facts, field.type);
  shared->facts.size += shared->members.size();
  if (shared->members.size() > kManyMembers) shared->index.insert(shared->members.begin(), shared->members.end());
  Type t;
  t.node_ = std::move(shared);
  return t;
}

Type Type::of(TypeKind kind) {
  // The simple types share their nodes: a type of a schema costs no allocation to copy or compare.
  static const auto kShared = [] {
    std::array<Type, static_cast<std::size_t>(TypeKind::any_of) + 1> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = made({.kind = static_cast<TypeKind>(i)});
    return all;
  }();
  return kShared[static_cast<std::size_t>(kind)];
}

Type Type::list(Type element) { return made({.kind = TypeKind::list, .types = {std::move(element)}}); }
Type Type::map(Type element, std::vector<std::string> keys) {
  return made({.kind = TypeKind::map, .types = {std::move(element)}, .members = std::move(keys)});
}
Type Type::range(Type element) { return made({.kind = TypeKind::range, .types = {std::move(element)}}); }
Type Type::record(std::vector<Field> fields) {
  std::stable_sort(fields.begin(), fields.end(), [](const Field& a, const Field& b) { return a.name < b.name; });
  return made({.kind = TypeKind::record, .fields = std::move(fields)});
}
Type Type::literals(std::vector<std::string> members) {
  if (members.size() < 2) return made({.kind = TypeKind::literals, .members = std::move(members)});
  std::unordered_set<std::string_view> seen;
  std::vector<bool> again(members.size(), false);
  for (std::size_t i = 0; i < members.size(); ++i) again[i] = !seen.insert(members[i]).second;
  seen.clear();
  std::vector<std::string> unique;
  unique.reserve(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!again[i]) unique.push_back(std::move(members[i]));
  }
  return made({.kind = TypeKind::literals, .members = std::move(unique)});
}
Type Type::resource(std::string kind) { return made({.kind = TypeKind::resource, .name = std::move(kind)}); }
Type Type::any_of(std::vector<Type> alternatives) {
  return made({.kind = TypeKind::any_of, .types = std::move(alternatives)});
}

Type Type::with_element(Type element) const {
  Type t = *this;
  t.node_ = made({.kind = kind(), .types = {std::move(element)}, .members = members()}).node_;
  return t;
}

Type Type::matching(std::string regex) const {
  Type t = *this;
  t.pattern = std::make_shared<const Regex>(std::move(regex));
  return t;
}

TypeKind Type::kind() const { return node_ ? node_->kind : TypeKind::error; }
const Type& Type::element() const { return node_ && !node_->types.empty() ? node_->types[0] : kError; }
const std::vector<Field>& Type::fields() const { return node_ ? node_->fields : kNoFields; }
const std::vector<std::string>& Type::members() const { return node_ ? node_->members : kNoMembers; }
const std::string& Type::name() const { return node_ ? node_->name : kNoName; }
const std::vector<Type>& Type::alternatives() const { return node_ ? node_->types : kNoTypes; }
const Field* Type::field(std::string_view name) const {
  const auto& all = fields();
  const auto at =
      std::lower_bound(all.begin(), all.end(), name, [](const Field& f, std::string_view n) { return f.name < n; });
  return at != all.end() && at->name == name ? &*at : nullptr;
}
bool Type::has_member(std::string_view name) const {
  if (!node_) return false;
  if (!node_->index.empty()) return node_->index.contains(name);
  return std::find(node_->members.begin(), node_->members.end(), name) != node_->members.end();
}
TypeFacts Type::facts() const {
  TypeFacts out = node_ ? node_->facts : TypeFacts{};
  out.later = out.later || later;
  out.secret = out.secret || secret;
  return out;
}

}  // namespace infra
