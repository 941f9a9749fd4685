// Static types of the language, and the rule of what may stand where.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/pattern.h"
#include "base/values/value.h"

namespace infra {

class Type;
struct Field;

enum class TypeKind {
  error,  // something was already reported; fits everywhere, silences what follows
  null,
  boolean,
  integer,
  floating,
  string,
  bytes,
  duration,
  percent,
  cpu,
  ip,
  cidr,
  range,     // element(): integer or bytes
  list,      // element()
  map,       // element(); members(): the keys that it may have, none: any
  record,    // fields()
  literals,  // members(): a union of string literals
  resource,  // name(): the kind of declaration that is referred to, e.g. "task"; "" is any kind
  any_of,    // alternatives(): for schemas ("an image or a String"); users can't write it
};

// What is true of a type with everything in it; like Facts of a value, known from when it is made.
struct TypeFacts {
  bool later = false;       // there is a Later inside
  bool secret = false;      // there is a Secret inside
  std::uint32_t depth = 1;  // types inside of each other
  std::uint64_t size = 1;   // elements, fields and members, each as often as a walk meets it
};

class Type {
 public:
  Type() = default;  // error
  static Type of(TypeKind kind);
  static Type list(Type element);
  static Type map(Type element, std::vector<std::string> keys = {});
  static Type range(Type element);
  static Type record(std::vector<Field> fields);
  static Type literals(std::vector<std::string> members);
  static Type resource(std::string kind);
  static Type any_of(std::vector<Type> alternatives);

  [[nodiscard]] TypeKind kind() const;
  [[nodiscard]] const Type& element() const;
  [[nodiscard]] const std::vector<Field>& fields() const;
  [[nodiscard]] const Field* field(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& members() const;
  [[nodiscard]] bool has_member(std::string_view name) const;
  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const std::vector<Type>& alternatives() const;

  // Wrappers: T?, Secret<T>, Later<T>. Order doesn't matter.
  bool optional = false;
  bool secret = false;
  bool later = false;

  // Refinements; checked against values, see violated().
  std::optional<std::int64_t> low, high;  // Int(1..65535), and the length of List(1..16)
  std::shared_ptr<const Regex> pattern;   // String(/…/): must match as a whole

  [[nodiscard]] TypeFacts facts() const;
  // The same for all copies of what one call made, wrappers and refinements aside.
  [[nodiscard]] const void* identity() const { return node_.get(); }

  [[nodiscard]] bool is_error() const { return kind() == TypeKind::error; }
  [[nodiscard]] Type opt() const {
    Type t = *this;
    t.optional = true;
    return t;
  }
  [[nodiscard]] Type required() const {
    Type t = *this;
    t.optional = false;
    return t;
  }
  [[nodiscard]] Type as_secret() const {
    Type t = *this;
    t.secret = true;
    return t;
  }
  [[nodiscard]] Type as_later() const {
    Type t = *this;
    t.later = true;
    return t;
  }
  // The same list or map of something else.
  [[nodiscard]] Type with_element(Type element) const;
  [[nodiscard]] Type between(std::int64_t lo, std::int64_t hi) const {
    Type t = *this;
    t.low = lo;
    t.high = hi;
    return t;
  }
  [[nodiscard]] Type matching(std::string regex) const;

 private:
  struct Node;
  static Type made(Node node);
  std::shared_ptr<const Node> node_;
};

struct Field {
  std::string name;
  Type type;
};

// Shorthand for schema tables.
namespace types {
inline Type boolean() { return Type::of(TypeKind::boolean); }
inline Type integer() { return Type::of(TypeKind::integer); }
inline Type floating() { return Type::of(TypeKind::floating); }
inline Type string() { return Type::of(TypeKind::string); }
inline Type bytes() { return Type::of(TypeKind::bytes); }
inline Type duration() { return Type::of(TypeKind::duration); }
inline Type percent() { return Type::of(TypeKind::percent); }
inline Type cpu() { return Type::of(TypeKind::cpu); }
inline Type ip() { return Type::of(TypeKind::ip); }
inline Type cidr() { return Type::of(TypeKind::cidr); }
inline Type list(Type t) { return Type::list(std::move(t)); }
inline Type map(Type t) { return Type::map(std::move(t)); }
inline Type one_of(std::vector<std::string> m) { return Type::literals(std::move(m)); }
inline Type ref(std::string kind) { return Type::resource(std::move(kind)); }
inline Type any_of(std::vector<Type> t) { return Type::any_of(std::move(t)); }
inline Type port() { return integer().between(1, 65535); }
}  // namespace types

// As a user writes it: `List<String>`, `"dev" | "prod"`, `Int(1..50)?`, `task`.
std::string to_text(const Type& type);

// May a value of type `actual` stand where `expected` is wanted? Int fits Float; T fits T? and Later<T>; a record fits
// a Map if its fields do; literals fit String and a wider union. A Secret fits only a Secret. Later fits only where the
// place says so (`expected.later`). Refinements are not looked at: see violated().
bool fits(const Type& actual, const Type& expected);

// The most members of a union that join() makes of two smaller ones: what is wider is String. A union that is declared
// may be wider.
constexpr std::size_t kWidestJoin = 512;

// The narrowest type that both fit, or nullopt: for list elements and the branches of ?:
std::optional<Type> join(const Type& a, const Type& b);

// Why a known value breaks the type's refinements ("must be between 1 and 50, got 0"), or nullopt.
std::optional<std::string> violated(const Type& type, const Value& value);

// The type of a value as it stands (refs: resource, or error if it has an attribute).
Type type_of(const Value& value);

}  // namespace infra
