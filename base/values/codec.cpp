#include "base/values/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text/units.h"

namespace infra {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kHashed = "\xff\xfehash:";  // in front of a secret's hash, where its text would be
constexpr std::string_view kSecretTag = "{\"$secret\":";

constexpr int kMostNesting = 512;  // deeper input is refused before it can exhaust the stack

void write_tagged(std::string& out, std::string_view tag, std::string_view json) {
  out += fmt::format("{{\"{}\":{}}}", tag, json);
}

// A Call of which more than this would have to be written out is written as a table of all Calls in it.
constexpr std::uint64_t kMostWrittenOut = 64U << 10U;

// The Calls inside of one, each once, those that are needed first: [c0, c1, …], where {"$n":0} stands for c0. By their
// texts, so that equal values are written alike however they share their parts.
class CallTable {
 public:
  std::size_t number(const Call& call, const HashKey& key);
  [[nodiscard]] std::vector<std::string_view> texts() const {
    std::vector<std::string_view> out;
    for (const auto* text : texts_) out.push_back(*text);
    return out;
  }

 private:
  std::unordered_map<const Call*, std::size_t> by_identity_;
  std::unordered_map<std::string, std::size_t> by_text_;
  std::vector<const std::string*> texts_;
};

void write_call(std::string& out, const Call& call, const HashKey& key, CallTable* calls);

// Written by hand, not through a DOM: the state of 100,000 resources is written and hashed in this form.
class Lossless {
 public:
  Lossless(std::string& out, const HashKey& key, CallTable* calls = nullptr) : out_(out), key_(key), calls_(calls) {}
  void add(const Value& value) {
    std::visit([this](const auto& v) { put(v); }, value.data());
  }

 private:
  void put(Null) { out_ += "null"; }
  void put(bool v) { out_ += v ? "true" : "false"; }
  void put(std::int64_t v) { out_ += fmt::format("{}", v); }
  void put(double v) { write_tagged(out_, "$float", json_quote(format_double(v))); }
  void put(const std::shared_ptr<const std::string>& v) { out_ += json_quote(*v); }
  void put(Bytes v) { write_tagged(out_, "$bytes", fmt::format("{}", v.count)); }
  void put(Duration v) { write_tagged(out_, "$ms", fmt::format("{}", v.ms)); }
  void put(Percent v) { write_tagged(out_, "$percent", json_quote(format_double(v.value))); }
  void put(Cpu v) {
    write_tagged(out_, v.whole_units() ? "$cpu" : "$cpu_ticks",
                 fmt::format("{}", v.whole_units() ? v.units_up() : v.ticks));
  }
  void put(const Ip& v) { write_tagged(out_, "$ip", json_quote(format_ip(v))); }
  void put(const Cidr& v) { write_tagged(out_, "$cidr", json_quote(format_cidr(v))); }
  void put(Range v) { write_tagged(out_, v.of_bytes ? "$byterange" : "$range", fmt::format("[{},{}]", v.low, v.high)); }
  void put(const std::shared_ptr<const List>& v) {
    out_ += '[';
    bool first = true;
    for (const auto& item : *v) {
      if (!std::exchange(first, false)) out_ += ',';
      add(item);
    }
    out_ += ']';
  }
  void put(const std::shared_ptr<const Map>& v) {
    out_ += '{';
    bool first = true;
    for (const auto& [key, item] : *v) {
      if (!std::exchange(first, false)) out_ += ',';
      // A key that starts with '$' is doubled so that it can't be read as a tag.
      out_ += json_quote(key.starts_with('$') ? "$" + key : key);
      out_ += ':';
      add(item);
    }
    out_ += '}';
  }
  void put(const std::shared_ptr<const Ref>& v) {
    out_ += fmt::format("{{\"$ref\":{},\"attribute\":{}}}", json_quote(v->address.text()), json_quote(v->attribute));
  }
  void put(const std::shared_ptr<const Call>& v) {
    if (calls_ != nullptr) {
      write_tagged(out_, "$n", fmt::format("{}", calls_->number(*v, key_)));
    } else if (facts_of(*v).size > kMostWrittenOut) {
      CallTable calls;
      calls.number(*v, key_);
      write_tagged(out_, "$calls", fmt::format("[{}]", fmt::join(calls.texts(), ",")));
    } else {
      write_call(out_, *v, key_, nullptr);
    }
  }
  void put(const std::shared_ptr<const Unknown>& v) { write_tagged(out_, "$unknown", json_quote(v->what)); }
  void put(const Secret& v) { write_tagged(out_, "$secret", json_quote(secret_hash(*v.inner, key_))); }
  std::string& out_;
  const HashKey& key_;
  CallTable* calls_;
};

void write_call(std::string& out, const Call& call, const HashKey& key, CallTable* calls) {
  out += fmt::format("{{\"$call\":{},\"arguments\":[", json_quote(call.function));
  bool first = true;
  for (const auto& argument : call.arguments) {
    if (!std::exchange(first, false)) out += ',';
    Lossless(out, key, calls).add(argument);
  }
  out += "]}";
}

std::size_t CallTable::number(const Call& call, const HashKey& key) {
  if (const auto at = by_identity_.find(&call); at != by_identity_.end()) return at->second;
  std::string text;
  write_call(text, call, key, this);
  const auto [at, fresh] = by_text_.try_emplace(std::move(text), texts_.size());
  if (fresh) texts_.push_back(&at->first);
  by_identity_.emplace(&call, at->second);
  return at->second;
}

class Reader {
 public:
  explicit Reader(const List* calls = nullptr) : calls_(calls) {}
  Value from(const Json& json) const;

 private:
  Value from_tagged(const std::string& tag, const Json& json, const Json& whole) const;
  static Value from_table(const Json& json);
  const List* calls_;  // those that came before in the table that is being read
};

Value Reader::from_table(const Json& json) {
  List calls;
  for (const auto& each : json) calls.push_back(Reader(&calls).from(each));
  return calls.empty() ? throw std::invalid_argument("an empty table of calls") : calls.back();
}

Value Reader::from_tagged(const std::string& tag, const Json& json, const Json& whole) const {
  auto whole_number = [&] { return json.get<std::int64_t>(); };
  auto text = [&] { return json.get<std::string>(); };
  if (tag == "$bytes") return Bytes{whole_number()};
  if (tag == "$ms") return Duration{whole_number()};
  if (tag == "$cpu") return Cpu::of_units(whole_number());
  if (tag == "$cpu_ticks") return Cpu{whole_number()};
  if (tag == "$float") return std::stod(text());
  if (tag == "$percent") return Percent{std::stod(text())};
  if (tag == "$ip") return parse_ip(text()).value();
  if (tag == "$cidr") return parse_cidr(text()).value();
  if (tag == "$range" || tag == "$byterange") {
    return Range{json.at(0).get<std::int64_t>(), json.at(1).get<std::int64_t>(), tag == "$byterange"};
  }
  if (tag == "$ref") return Ref{Address::parse(text()).value(), whole.at("attribute").get<std::string>()};
  if (tag == "$unknown") return Unknown{text()};
  if (tag == "$secret") return hashed_secret(text());
  if (tag == "$call") return Call{text(), *from(whole.at("arguments")).list()};
  if (tag == "$calls") return from_table(json);
  if (tag == "$n" && calls_ != nullptr) return calls_->at(json.get<std::size_t>());
  throw std::invalid_argument("unknown tag " + tag);
}

Value Reader::from(const Json& json) const {
  switch (json.type()) {
    case Json::value_t::null:
      return Null{};
    case Json::value_t::boolean:
      return json.get<bool>();
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return json.get<std::int64_t>();
    case Json::value_t::number_float:
      return json.get<double>();
    case Json::value_t::string:
      return json.get<std::string>();
    case Json::value_t::array: {
      List out;
      out.reserve(json.size());
      for (const auto& item : json) out.push_back(from(item));
      return out;
    }
    case Json::value_t::object: {
      std::vector<Entry> out;
      out.reserve(json.size());
      for (const auto& [key, item] : json.items()) {
        if (key.starts_with("$$")) {
          out.emplace_back(key.substr(1), from(item));
        } else if (key.starts_with('$')) {
          return from_tagged(key, item, json);
        } else {
          out.emplace_back(key, from(item));
        }
      }
      return Map(std::move(out));
    }
    default:
      throw std::invalid_argument("binary data");
  }
}

Value from_plain(const Json& json) {
  if (json.is_array()) {
    List out;
    for (const auto& item : json) out.push_back(from_plain(item));
    return out;
  }
  if (json.is_object()) {
    std::vector<Entry> out;
    for (const auto& [key, item] : json.items()) out.emplace_back(key, from_plain(item));
    return Map(std::move(out));
  }
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
    throw std::out_of_range(fmt::format("the number {} is too large", json.get<std::uint64_t>()));
  return Reader().from(json);
}

int nesting(std::string_view json) {
  int depth = 0;
  int deepest = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

template <class F>
Result<Value> parse(std::string_view json, F&& convert) {
  if (nesting(json) > kMostNesting) return Error{.code = "E0007", .message = "JSON nested too deeply"};
  try {
    return convert(Json::parse(json));
  } catch (const Json::parse_error& e) {
    const auto before = json.substr(0, std::min(json.size(), e.byte > 0 ? e.byte - 1 : 0));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto column = before.size() - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
    return Error{.code = "E0007", .message = fmt::format("invalid JSON in line {}, column {}", line, column)};
  } catch (const std::exception& e) {  // nlohmann's type errors, std::stod, optional::value
    return Error{.code = "E0007", .message = fmt::format("invalid JSON: {}", e.what())};
  }
}

Json plain(const Value& value) {
  if (value.is_null() || !value.data().index()) return nullptr;
  if (const auto* v = value.boolean()) return *v;
  if (const auto* v = value.integer()) return *v;
  if (const auto* v = value.get<double>()) return *v;
  if (const auto* v = value.string()) return *v;
  if (const auto* items = value.list()) {
    Json out = Json::array();
    for (const auto& item : *items) out.push_back(plain(item));
    return out;
  }
  if (const auto* members = value.map()) {
    Json out = Json::object();
    for (const auto& [key, item] : *members) out[key] = plain(item);
    return out;
  }
  if (value.call() != nullptr || value.unknown() != nullptr) return nullptr;
  if (const auto* r = value.ref(); r != nullptr && !r->attribute.empty()) return nullptr;
  return to_source(value);
}

}  // namespace

std::string to_json(const Value& value, const HashKey& key) {
  std::string out;
  Lossless(out, key).add(value);
  return out;
}

Result<Value> from_json(std::string_view json) {
  return parse(json, [](const Json& j) { return Reader().from(j); });
}

std::string to_plain_json(const Value& value) {
  return plain(value).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Value> from_plain_json(std::string_view json) {
  return parse(json, [](const Json& j) { return from_plain(j); });
}

std::string json_quote(std::string_view text) {
  bool simple = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    simple = simple && byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
  }
  if (simple) {
    std::string out;
    out.reserve(text.size() + 2);
    out += '"';
    out += text;
    return out += '"';
  }
  return Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Value hashed_secret(std::string_view hash) { return Value::secret(std::string(kHashed) + std::string(hash)); }

std::string secret_hash(const Value& inner, const HashKey& key) {
  const auto* text = inner.string();
  if (text != nullptr && text->starts_with(kHashed)) return text->substr(kHashed.size());
  auto hash = spec_hash(inner, key.lineage);
  return key.secret.empty() ? hash : with_secret_part(hash, key.secret);
}

// In a string its quotes would be escaped, and a key of a map would begin with "$$".
bool holds_secret(std::string_view json) { return json.find(kSecretTag) != std::string_view::npos; }

namespace {

class SecretPart : public LeafMapper {
 public:
  explicit SecretPart(std::string_view part) : part_(part) {}
  std::optional<Value> change(const Value& leaf) override {
    if (const auto* inner = leaf.secret()) return hashed_secret(with_secret_part(secret_hash(*inner, {}), part_));
    if (const auto* call = leaf.call()) return map_arguments(*call);
    return std::nullopt;
  }

 private:
  std::string_view part_;
};

}  // namespace

Result<std::string> with_secret_part_inside(std::string_view json, std::string_view secret_part) {
  const auto value = from_json(json);
  if (!value) return value.error();
  SecretPart part(secret_part);
  return to_json(map_leaves(*value, part), {});
}

}  // namespace infra
