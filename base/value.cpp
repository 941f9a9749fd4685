#include "base/value.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"

namespace infra {
namespace {

const Value kNull;

auto key_less = [](const Entry& entry, std::string_view key) { return entry.first < key; };

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      case '$':
        out += i + 1 < text.size() && text[i + 1] == '{' ? "\\$" : "$";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

bool plain_key(std::string_view key) {
  if (key.empty() || (key[0] >= '0' && key[0] <= '9') || key[0] == '-') return false;
  return std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

}  // namespace

Map::Map(std::vector<Entry> entries) : entries_(std::move(entries)) {
  auto out_of_order = [](const Entry& a, const Entry& b) { return a.first >= b.first; };
  // Most maps are made from sorted ones: then nothing is moved, and no buffer for sorting allocated.
  if (std::adjacent_find(entries_.begin(), entries_.end(), out_of_order) == entries_.end()) return;
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; });
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
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key, key_less);
  return at != entries_.end() && at->first == key ? &at->second : nullptr;
}

Value& Map::operator[](std::string_view key) {
  auto at = std::lower_bound(entries_.begin(), entries_.end(), key, key_less);
  if (at == entries_.end() || at->first != key) at = entries_.emplace(at, std::string(key), Value());
  return at->second;
}

void Map::set(std::string key, Value value) { (*this)[key] = std::move(value); }

bool Map::erase(std::string_view key) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key, key_less);
  if (at == entries_.end() || at->first != key) return false;
  entries_.erase(at);
  return true;
}

bool operator==(const Map& a, const Map& b) { return a.entries_ == b.entries_; }

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

bool Value::known() const {
  if (call() != nullptr || unknown() != nullptr) return false;
  if (const auto* r = ref()) return r->attribute.empty();
  if (const auto* items = list())
    return std::all_of(items->begin(), items->end(), [](const Value& v) { return v.known(); });
  if (const auto* members = map()) {
    return std::all_of(members->begin(), members->end(), [](const Entry& e) { return e.second.known(); });
  }
  if (const auto* inner = secret()) return inner->known();
  return true;
}

bool Value::has_secret() const {
  if (secret() != nullptr) return true;
  auto any = [](const auto& values, auto get) {
    return std::any_of(values.begin(), values.end(), [&](const auto& v) { return get(v).has_secret(); });
  };
  if (const auto* items = list()) return any(*items, [](const Value& v) -> const Value& { return v; });
  if (const auto* members = map()) return any(*members, [](const Entry& e) -> const Value& { return e.second; });
  if (const auto* c = call()) return any(c->arguments, [](const Value& v) -> const Value& { return v; });
  return false;
}

bool operator==(const Value& a, const Value& b) {
  if (a.data_.index() != b.data_.index()) return false;
  return std::visit(Overloaded{
                        [&](const std::shared_ptr<const List>& v) {
                          return v == *b.get<std::shared_ptr<const List>>() || *v == *b.list();
                        },
                        [&](const std::shared_ptr<const Map>& v) {
                          return v == *b.get<std::shared_ptr<const Map>>() || *v == *b.map();
                        },
                        [&](const std::shared_ptr<const Ref>& v) { return *v == *b.ref(); },
                        [&](const std::shared_ptr<const Call>& v) {
                          return v->function == b.call()->function && v->arguments == b.call()->arguments;
                        },
                        [&](const std::shared_ptr<const Unknown>& v) { return v->what == b.unknown()->what; },
                        [&](const Secret& v) { return *v.inner == *b.secret(); },
                        [&]<class T>(const T& v) { return v == std::get<T>(b.data_); },
                    },
                    a.data_);
}

namespace {
std::string joined(const List& items) {
  std::string out;
  for (const auto& item : items) {
    if (!out.empty()) out += ", ";
    out += to_source(item);
  }
  return out;
}
std::string map_source(const Map& members) {
  if (members.empty()) return "{}";
  std::string out = "{ ";
  bool first = true;
  for (const auto& [key, value] : members) {
    if (!first) out += ", ";
    first = false;
    out += (plain_key(key) ? key : quote(key)) + ": " + to_source(value);
  }
  return out + " }";
}
std::string range_source(Range v) {
  if (v.of_bytes) return format_bytes({v.low}) + ".." + format_bytes({v.high});
  return fmt::format("{}..{}", v.low, v.high);
}
}  // namespace

std::string to_source(const Value& value) {
  return std::visit(Overloaded{
                        [](Null) -> std::string { return "null"; },
                        [](bool v) -> std::string { return v ? "true" : "false"; },
                        [](std::int64_t v) { return fmt::format("{}", v); },
                        [](double v) { return format_double(v); },
                        [](const std::string& v) { return quote(v); },
                        [](Bytes v) { return format_bytes(v); },
                        [](Duration v) { return format_duration(v); },
                        [](Percent v) { return format_percent(v); },
                        [](Cpu v) { return format_cpu(v); },
                        [](const Ip& v) { return format_ip(v); },
                        [](const Cidr& v) { return format_cidr(v); },
                        [](Range v) { return range_source(v); },
                        [](const std::shared_ptr<const List>& v) { return "[" + joined(*v) + "]"; },
                        [](const std::shared_ptr<const Map>& v) { return map_source(*v); },
                        [](const std::shared_ptr<const Ref>& v) -> std::string {
                          return v->attribute.empty() ? v->address.text() : "(known after apply)";
                        },
                        [](const std::shared_ptr<const Call>&) -> std::string { return "(known after apply)"; },
                        [](const std::shared_ptr<const Unknown>&) -> std::string { return "(not known)"; },
                        [](const Secret&) -> std::string { return "***"; },
                    },
                    value.data());
}

std::optional<std::string> to_text(const Value& value) {
  if (const auto* text = value.string()) return *text;
  const bool scalar = value.boolean() != nullptr || value.integer() != nullptr || value.get<double>() != nullptr ||
                      value.get<Ip>() != nullptr || value.get<Cidr>() != nullptr;
  if (scalar) return to_source(value);
  return std::nullopt;
}

std::string_view type_name(const Value& value) {
  static constexpr std::array<std::string_view, 18> kNames = {
      "null", "Bool", "Int",   "Float", "String", "Bytes",     "Duration", "Percent", "Cpu",
      "Ip",   "Cidr", "Range", "List",  "Map",    "reference", "Later",    "unknown", "Secret"};
  return kNames[value.data().index()];
}

void collect_refs(const Value& value, std::vector<Ref>& out) {
  if (const auto* r = value.ref()) out.push_back(*r);
  if (const auto* items = value.list()) {
    for (const auto& item : *items) collect_refs(item, out);
  }
  if (const auto* members = value.map()) {
    for (const auto& [key, item] : *members) collect_refs(item, out);
  }
  if (const auto* c = value.call()) {
    for (const auto& item : c->arguments) collect_refs(item, out);
  }
  if (const auto* inner = value.secret()) collect_refs(*inner, out);
}

Value map_leaves(const Value& value, LeafMapper& mapper) {
  if (const auto* items = value.list()) {
    List out;
    out.reserve(items->size());
    for (const auto& item : *items) out.push_back(map_leaves(item, mapper));
    return out;
  }
  if (const auto* members = value.map()) {
    std::vector<Entry> out;
    out.reserve(members->size());
    for (const auto& [key, item] : *members) out.emplace_back(key, map_leaves(item, mapper));
    return Map(std::move(out));
  }
  if (auto changed = mapper.change(value)) return *std::move(changed);
  if (const auto* inner = value.secret()) return Value::secret(map_leaves(*inner, mapper));
  return value;
}

}  // namespace infra
