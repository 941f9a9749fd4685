// The values of the language and of the world: typed, comparable, cheap to copy (texts, lists and maps are shared).
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/values/address.h"

namespace infra {

struct Null {
  friend auto operator<=>(Null, Null) = default;
};
struct Bytes {  // a size in bytes
  std::int64_t count = 0;
  friend auto operator<=>(Bytes, Bytes) = default;
};
struct Duration {
  std::int64_t ms = 0;
  friend auto operator<=>(Duration, Duration) = default;
};
struct Percent {
  double value = 0;  // 60 is 60%
  friend auto operator<=>(Percent, Percent) = default;
};
struct Cpu {  // exact for thousandths of a vcpu as for ECS's units, of which 1024 are one
  static constexpr std::int64_t kUnit = 1000;
  static constexpr std::int64_t kVcpu = 1024 * kUnit;
  std::int64_t ticks = 0;  // 1/1,024,000 of a vcpu
  static constexpr Cpu of_units(std::int64_t units) { return {units * kUnit}; }
  [[nodiscard]] constexpr std::int64_t units_up() const { return (ticks + kUnit - 1) / kUnit; }
  [[nodiscard]] constexpr bool whole_units() const { return ticks % kUnit == 0; }
  friend auto operator<=>(Cpu, Cpu) = default;
};
struct Ip {
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 in the first four
  bool v6 = false;
  friend auto operator<=>(const Ip&, const Ip&) = default;
};
struct Cidr {
  Ip base;  // host bits are zero
  std::uint8_t prefix = 0;
  friend auto operator<=>(const Cidr&, const Cidr&) = default;
};
struct Range {  // inclusive; of Int, or of Bytes
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool of_bytes = false;
  friend auto operator<=>(Range, Range) = default;
};

class Value;
using List = std::vector<Value>;
using Entry = std::pair<std::string, Value>;
// Maps and records: sorted by key, no key twice.
class Map {
 public:
  Map() = default;
  explicit Map(std::vector<Entry> entries);  // sorts; a later duplicate wins
  [[nodiscard]] const Value* find(std::string_view key) const;
  Value& operator[](std::string_view key);  // inserts null
  void set(std::string key, Value value);
  bool erase(std::string_view key);
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::vector<Entry>::const_iterator begin() const;
  [[nodiscard]] std::vector<Entry>::const_iterator end() const;
  friend bool operator==(const Map&, const Map&);

 private:
  std::vector<Entry> entries_;
};

// A declaration (attribute empty), or what one will have: Ref{image.web, "digest"}. A Ref to an owner's attribute is
// replaced while lowering by a Ref to the provider resource's output that serves it.
struct Ref {
  Address address;
  std::string attribute;
  friend auto operator<=>(const Ref&, const Ref&) = default;
};
// A pure function of the standard library whose arguments aren't known yet; see compiler/functions/functions.h.
struct Call {
  std::string function;
  List arguments;
};
// A value that no one can know in this run, such as a parameter that `validate` was not given.
struct Unknown {
  std::string what;  // "param db_size"
};
struct Secret {
  std::shared_ptr<const Value> inner;
};

// What is true of a value with everything in it. Known from when the value is made, so that asking costs nothing:
// values share their parts, and a walk would meet a shared part once for each way that leads there.
struct Facts {
  bool known = true;         // see Value::known()
  bool secret = false;       // there is a Secret inside
  bool refs = false;         // there is a Ref inside, with an attribute or without
  std::uint32_t depth = 0;   // lists, maps and secrets inside of each other, counted anew inside of each Call
  std::uint32_t height = 0;  // the same with Calls, and counted through: who walks down recurses so deep
  std::uint64_t size = 0;    // bytes if it were written out, about: a part that is held twice counts twice
  std::uint64_t weight = 0;  // the same, but a Call counts nothing of what it is over
};

using Data =
    std::variant<Null, bool, std::int64_t, double, std::shared_ptr<const std::string>, Bytes, Duration, Percent, Cpu,
                 Ip, Cidr, Range, std::shared_ptr<const List>, std::shared_ptr<const Map>, std::shared_ptr<const Ref>,
                 std::shared_ptr<const Call>, std::shared_ptr<const Unknown>, Secret>;

class Value {
 public:
  Value() = default;
  Value(Null) {}
  Value(bool v) : data_(v) {}
  Value(int v) : data_(static_cast<std::int64_t>(v)) {}
  Value(std::int64_t v) : data_(v) {}
  Value(double v) : data_(v) {}
  Value(std::string v) : data_(std::make_shared<const std::string>(std::move(v))) {}
  Value(std::string_view v) : Value(std::string(v)) {}
  Value(const char* v) : Value(std::string(v)) {}
  Value(Bytes v) : data_(v) {}
  Value(Duration v) : data_(v) {}
  Value(Percent v) : data_(v) {}
  Value(Cpu v) : data_(v) {}
  Value(Ip v) : data_(v) {}
  Value(Cidr v) : data_(v) {}
  Value(Range v) : data_(v) {}
  Value(List v);
  Value(Map v);
  Value(Ref v) : data_(std::make_shared<const Ref>(std::move(v))) {}
  Value(Call v);
  Value(Unknown v) : data_(std::make_shared<const Unknown>(std::move(v))) {}
  static Value secret(Value inner);

  [[nodiscard]] const Data& data() const { return data_; }
  template <class T>
  [[nodiscard]] const T* get() const {  // nullptr if it is something else
    if constexpr (std::is_same_v<T, std::string>) {
      const auto* held = std::get_if<std::shared_ptr<const std::string>>(&data_);
      return held != nullptr ? held->get() : nullptr;
    } else {
      return std::get_if<T>(&data_);
    }
  }
  [[nodiscard]] bool is_null() const { return data_.index() == 0; }
  [[nodiscard]] const std::string* string() const { return get<std::string>(); }
  [[nodiscard]] const std::int64_t* integer() const { return get<std::int64_t>(); }
  [[nodiscard]] const bool* boolean() const { return get<bool>(); }
  [[nodiscard]] const List* list() const;
  [[nodiscard]] const Map* map() const;
  [[nodiscard]] const Ref* ref() const;
  [[nodiscard]] const Call* call() const;
  [[nodiscard]] const Unknown* unknown() const;
  [[nodiscard]] const Value* secret() const;  // what is inside
  // The member of a map, or null if this isn't a map or has no such member.
  [[nodiscard]] const Value& operator[](std::string_view key) const;

  [[nodiscard]] Facts facts() const;
  // No Ref to an attribute, Call or Unknown anywhere inside. A Ref to a declaration itself counts as known.
  [[nodiscard]] bool known() const { return facts().known; }
  [[nodiscard]] bool has_secret() const { return facts().secret; }
  // The list, map, text or Call that it shares with its copies; nullptr for what is copied whole. Equal ones are equal
  // values; that they differ says nothing.
  [[nodiscard]] const void* identity() const;

  friend bool operator==(const Value& a, const Value& b);

 private:
  Data data_;
};

// Here, where an entry is a whole type: clang wants to know its size.
inline std::size_t Map::size() const { return entries_.size(); }
inline std::vector<Entry>::const_iterator Map::begin() const { return entries_.begin(); }
inline std::vector<Entry>::const_iterator Map::end() const { return entries_.end(); }

// As the user would write it: 512MiB, "text", [1, 2], { a: 1 }; secrets are ***, what isn't known is (known after
// apply).
std::string to_source(const Value& value);
// As it stands inside "${…}": strings without quotes. Empty optional: this type doesn't interpolate.
std::optional<std::string> to_text(const Value& value);
// "string", "Bytes", "list" …: for messages.
std::string_view type_name(const Value& value);

// Of a value that is this Call.
Facts facts_of(const Call& call);

// Above this Facts::size a walk remembers the shared parts that it has met; below, meeting them again is cheaper.
constexpr std::uint64_t kWorthRemembering = 4096;

// Every Ref with an attribute or without, in order of appearance. Those of a large part that is shared come once.
void collect_refs(const Value& value, std::vector<Ref>& out);

// Rebuilds the value with every leaf (not list or map) that `change` returns something for replaced; what has no such
// leaf stays shared. Calls are leaves too: change is asked before their arguments are entered, and may do so by
// map_arguments(). Each large shared part is asked for once, so `change` must say the same of equal leaves.
class LeafMapper {
 public:
  virtual ~LeafMapper() = default;
  virtual std::optional<Value> change(const Value& leaf) = 0;
  // The same Call over its arguments as map_leaves() makes them.
  Value map_arguments(const Call& call);

 private:
  friend Value map_leaves(const Value& value, LeafMapper& mapper);
  struct Met {
    Value from;  // keeps its identity from being used again
    Value to;
  };
  Value mapped(const Value& value);
  Value rebuilt(const Value& value);
  std::unordered_map<const void*, Met> met_;
};
Value map_leaves(const Value& value, LeafMapper& mapper);

// A map's member as text; "" if it is absent or no text.
inline std::string text_in(const Value& map, std::string_view name) {
  const auto* text = map[name].string();
  return text != nullptr ? *text : std::string();
}

}  // namespace infra
