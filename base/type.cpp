#include "base/type.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/pattern.h"
#include "base/pattern_words.h"

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

namespace {

template <class Range, class F>
std::string join_texts(const Range& range, std::string_view separator, F&& text) {
  std::string out;
  for (const auto& item : range) {
    if (!out.empty()) out += separator;
    out += text(item);
  }
  return out;
}

std::string simple_name(TypeKind kind) {
  switch (kind) {
    case TypeKind::null:
      return "null";
    case TypeKind::boolean:
      return "Bool";
    case TypeKind::integer:
      return "Int";
    case TypeKind::floating:
      return "Float";
    case TypeKind::string:
      return "String";
    case TypeKind::bytes:
      return "Bytes";
    case TypeKind::duration:
      return "Duration";
    case TypeKind::percent:
      return "Percent";
    case TypeKind::cpu:
      return "Cpu";
    case TypeKind::ip:
      return "Ip";
    case TypeKind::cidr:
      return "Cidr";
    default:
      return "?";
  }
}

// What has more than this isn't read to its end: its beginning says which it is.
constexpr std::size_t kMostShown = 64;
constexpr std::size_t kShownOfMany = 16;

template <class T>
std::vector<T> shown_of(const std::vector<T>& all) {
  const auto count = all.size() > kMostShown ? kShownOfMany : all.size();
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)};
}

template <class T>
std::string rest_of(const std::vector<T>& all, std::string_view separator) {
  return all.size() > kMostShown ? fmt::format("{}… ({} in all)", separator, all.size()) : "";
}

std::string members_text(const Type& type) {
  return join_texts(shown_of(type.members()), " | ", [](const std::string& m) { return to_source(Value(m)); }) +
         rest_of(type.members(), " | ");
}

// A field's name in quotes where it needs them.
std::string key_text(const std::string& name) {
  const bool plain =
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  return plain && !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 ? name
                                                                                          : to_source(Value(name));
}

std::string bare_text(const Type& type) {
  switch (type.kind()) {
    case TypeKind::range:
      return fmt::format("Range<{}>", to_text(type.element()));
    case TypeKind::list:
      return fmt::format("List<{}>", to_text(type.element()));
    case TypeKind::map:
      return fmt::format("Map<{}, {}>", type.members().empty() ? "String" : members_text(type),
                         to_text(type.element()));
    case TypeKind::record:
      if (type.fields().empty()) return "{}";
      return "{ " +
             join_texts(shown_of(type.fields()), ", ",
                        [](const Field& f) { return key_text(f.name) + ": " + to_text(f.type); }) +
             rest_of(type.fields(), ", ") + " }";
    case TypeKind::literals:
      return members_text(type);
    case TypeKind::resource:
      return type.name().empty() ? "resource" : type.name();
    case TypeKind::any_of:
      return join_texts(type.alternatives(), " | ", [](const Type& t) { return to_text(t); });
    default:
      return simple_name(type.kind());
  }
}

std::string bounds_text(const Type& type) {
  if (!type.low && !type.high) return "";
  return fmt::format("({}..{})", type.low ? fmt::format("{}", *type.low) : "",
                     type.high ? fmt::format("{}", *type.high) : "");
}

bool literals_fit(const Type& actual, const Type& expected) {
  return std::all_of(actual.members().begin(), actual.members().end(),
                     [&](const std::string& m) { return expected.has_member(m); });
}

// A map takes every key unless its type names those that it may have.
bool keys_fit(const Type& actual, const Type& expected) {
  if (expected.members().empty()) return true;
  if (actual.kind() == TypeKind::map) return !actual.members().empty() && literals_fit(actual, expected);
  return std::all_of(actual.fields().begin(), actual.fields().end(),
                     [&](const Field& f) { return expected.has_member(f.name); });
}

bool record_fits(const Type& actual, const Type& expected) {
  for (const auto& field : expected.fields()) {
    const auto* given = actual.field(field.name);
    if (given == nullptr ? !field.type.optional : !fits(given->type, field.type)) return false;
  }
  return std::all_of(actual.fields().begin(), actual.fields().end(),
                     [&](const Field& f) { return expected.field(f.name) != nullptr; });
}

bool bare_fits(const Type& actual, const Type& expected) {
  const auto a = actual.kind();
  switch (expected.kind()) {
    case TypeKind::floating:
      return a == TypeKind::floating || a == TypeKind::integer;
    case TypeKind::string:
      return a == TypeKind::string || a == TypeKind::literals;
    case TypeKind::literals:
      return a == TypeKind::literals && literals_fit(actual, expected);
    case TypeKind::list:
    case TypeKind::range:
      return a == expected.kind() && fits(actual.element(), expected.element());
    case TypeKind::map:
      if (!keys_fit(actual, expected)) return false;
      if (a == TypeKind::record) {
        return std::all_of(actual.fields().begin(), actual.fields().end(),
                           [&](const Field& f) { return fits(f.type, expected.element()); });
      }
      return a == TypeKind::map && fits(actual.element(), expected.element());
    case TypeKind::record:
      return a == TypeKind::record && record_fits(actual, expected);
    case TypeKind::resource:
      return a == TypeKind::resource && (expected.name().empty() || actual.name() == expected.name());
    default:
      return a == expected.kind();
  }
}

}  // namespace

std::string to_text(const Type& type) {
  std::string text = bare_text(type);
  if (type.pattern) text += fmt::format("({})", pattern_text(type.pattern->regex()));
  text += bounds_text(type);
  if (type.optional) {
    const bool compound = text.find(" | ") != std::string::npos && type.kind() != TypeKind::record;
    text = compound ? fmt::format("({})?", text) : text + "?";
  }
  if (type.secret) text = fmt::format("Secret<{}>", text);
  if (type.later) text = fmt::format("Later<{}>", text);
  return text;
}

bool fits(const Type& actual, const Type& expected) {
  if (actual.is_error() || expected.is_error()) return true;
  if (expected.kind() == TypeKind::any_of && actual.identity() != expected.identity()) {
    Type wrapped = actual;
    wrapped.later = wrapped.later && !expected.later;
    wrapped.optional = wrapped.optional && !expected.optional;
    return (expected.optional && actual.kind() == TypeKind::null) ||
           std::any_of(expected.alternatives().begin(), expected.alternatives().end(),
                       [&](const Type& t) { return fits(wrapped, t); });
  }
  if (actual.later && !expected.later) return false;
  if (actual.secret != expected.secret && !(expected.secret && !actual.secret)) return false;
  if (actual.kind() == TypeKind::null) return expected.optional || expected.kind() == TypeKind::null;
  if (actual.optional && !expected.optional) return false;
  if (actual.identity() == expected.identity()) return true;
  if (actual.kind() == TypeKind::any_of) {
    return std::all_of(actual.alternatives().begin(), actual.alternatives().end(),
                       [&](const Type& t) { return fits(t, expected); });
  }
  return bare_fits(actual, expected);
}

namespace {
std::vector<std::string> joined_keys(const Type& a, const Type& b) {
  if (a.members().empty() || b.members().empty()) return {};
  auto keys = a.members();
  for (const auto& key : b.members()) {
    if (!a.has_member(key)) keys.push_back(key);
  }
  return keys;
}

std::optional<Type> join_bare(const Type& a, const Type& b) {
  if (a.identity() == b.identity()) return a;
  if (a.kind() == TypeKind::literals && b.kind() == TypeKind::literals) {
    if (literals_fit(b, a)) return a;
    if (literals_fit(a, b)) return b;
    auto members = a.members();
    members.insert(members.end(), b.members().begin(), b.members().end());
    auto both = Type::literals(std::move(members));
    return both.members().size() > kWidestJoin ? types::string() : both;
  }
  if (a.kind() == TypeKind::list && b.kind() == TypeKind::list) {
    auto element = join(a.element(), b.element());
    return element ? std::optional(Type::list(*element)) : std::nullopt;
  }
  if (a.kind() == TypeKind::map && b.kind() == TypeKind::map) {
    auto element = join(a.element(), b.element());
    return element ? std::optional(Type::map(*element, joined_keys(a, b))) : std::nullopt;
  }
  if (a.kind() == TypeKind::record && b.kind() == TypeKind::record) {
    std::vector<Field> fields;
    for (const auto& f : a.fields()) {
      const auto* other = b.field(f.name);
      auto type = other != nullptr ? join(f.type, other->type) : std::optional(f.type.opt());
      if (!type) return std::nullopt;
      fields.push_back({f.name, *type});
    }
    for (const auto& f : b.fields()) {
      if (a.field(f.name) == nullptr) fields.push_back({f.name, f.type.opt()});
    }
    return Type::record(std::move(fields));
  }
  if (bare_fits(a, b)) return b;
  if (bare_fits(b, a)) return a;
  if (a.kind() == TypeKind::resource && b.kind() == TypeKind::resource) return Type::resource("");
  return std::nullopt;
}
}  // namespace

std::optional<Type> join(const Type& a, const Type& b) {
  if (a.is_error()) return b;
  if (b.is_error()) return a;
  Type wrap;
  wrap.optional = a.optional || b.optional || a.kind() == TypeKind::null || b.kind() == TypeKind::null;
  wrap.secret = a.secret || b.secret;
  wrap.later = a.later || b.later;
  std::optional<Type> out;
  if (a.kind() == TypeKind::null) {
    out = b;
  } else if (b.kind() == TypeKind::null) {
    out = a;
  } else {
    out = join_bare(a, b);
  }
  if (!out) return out;
  if (out->low != a.low || out->low != b.low) out->low.reset();
  if (out->high != a.high || out->high != b.high) out->high.reset();
  if (!a.pattern || !b.pattern || (a.pattern != b.pattern && a.pattern->regex() != b.pattern->regex()))
    out->pattern.reset();
  out->optional = wrap.optional;
  out->secret = wrap.secret;
  out->later = wrap.later;
  return out;
}

namespace {

std::string bound_sentence(const Type& type, std::string_view what, std::int64_t given) {
  if (type.low && type.high)
    return fmt::format("must {} between {} and {}, got {}", what, *type.low, *type.high, given);
  if (type.low) return fmt::format("must {} at least {}, got {}", what, *type.low, given);
  return fmt::format("must {} at most {}, got {}", what, *type.high, given);
}

bool outside(const Type& type, std::int64_t n) { return (type.low && n < *type.low) || (type.high && n > *type.high); }

std::optional<std::string> text_violated(const Type& type, const std::string& text) {
  if (type.kind() == TypeKind::literals) {
    if (!type.has_member(text)) return fmt::format("must be one of {}", bare_text(type));
  }
  if (!type.pattern) return std::nullopt;
  const auto matches = type.pattern->matches_whole(text);
  if (!matches) return "can't be checked: " + matches.error().message;
  if (*matches) return std::nullopt;
  const auto words = words_of_pattern(type.pattern->regex());
  return words.empty() ? fmt::format("must match {}", pattern_text(type.pattern->regex()))
                       : fmt::format("must be {}", words);
}

}  // namespace

std::optional<std::string> violated(const Type& type, const Value& value) {
  if (const auto* inner = value.secret()) return violated(type, *inner);
  if (type.kind() == TypeKind::any_of) {
    for (const auto& alternative : type.alternatives()) {
      if (fits(type_of(value), alternative)) return violated(alternative, value);
    }
    return std::nullopt;
  }
  if (const auto* n = value.integer(); n != nullptr && type.kind() == TypeKind::integer && outside(type, *n)) {
    return bound_sentence(type, "be", *n);
  }
  if (const auto* text = value.string()) return text_violated(type, *text);
  if (const auto* items = value.list()) {
    if (outside(type, static_cast<std::int64_t>(items->size()))) {
      return bound_sentence(type, "have a number of elements", static_cast<std::int64_t>(items->size()));
    }
    for (const auto& item : *items) {
      if (auto why = violated(type.element(), item)) return why;
    }
  }
  if (const auto* members = value.map()) {
    for (const auto& [key, item] : *members) {
      if (type.kind() == TypeKind::map && !type.members().empty() && !type.has_member(key))
        return fmt::format("must have no other key than {}, got \"{}\"", members_text(type), key);
      const auto* field = type.field(key);
      if (auto why = violated(field != nullptr ? field->type : type.element(), item)) return "`" + key + "` " + *why;
    }
  }
  return std::nullopt;
}

Type type_of(const Value& value) {
  static constexpr TypeKind kKinds[] = {TypeKind::null,   TypeKind::boolean, TypeKind::integer,  TypeKind::floating,
                                        TypeKind::string, TypeKind::bytes,   TypeKind::duration, TypeKind::percent,
                                        TypeKind::cpu,    TypeKind::ip,      TypeKind::cidr};
  if (const auto* text = value.string()) return Type::literals({*text});
  if (value.data().index() < std::size(kKinds)) return Type::of(kKinds[value.data().index()]);
  if (const auto* r = value.get<Range>()) return Type::range(r->of_bytes ? types::bytes() : types::integer());
  if (const auto* items = value.list()) {
    std::optional<Type> element = Type();
    for (const auto& item : *items) element = element ? join(*element, type_of(item)) : element;
    return Type::list(element.value_or(Type()));
  }
  if (const auto* members = value.map()) {
    std::vector<Field> fields;
    for (const auto& [key, item] : *members) fields.push_back({key, type_of(item)});
    return Type::record(std::move(fields));
  }
  if (const auto* r = value.ref(); r != nullptr && r->attribute.empty()) return Type::resource(r->address.kind);
  if (const auto* inner = value.secret()) return type_of(*inner).as_secret();
  return Type();
}

}  // namespace infra
