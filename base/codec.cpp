#include "base/codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/units.h"

namespace infra {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kHashed = "\xff\xfehash:";  // in front of a secret's hash, where its text would be
constexpr std::string_view kSecretTag = "{\"$secret\":";

constexpr int kMostNesting = 512;  // deeper input is refused before it can exhaust the stack

void write_tagged(std::string& out, std::string_view tag, std::string_view json) {
  out += fmt::format("{{\"{}\":{}}}", tag, json);
}

// Written by hand, not through a DOM: the state of 100,000 resources is written and hashed in this form.
class Lossless {
 public:
  Lossless(std::string& out, const HashKey& key) : out_(out), key_(key) {}
  void add(const Value& value) {
    std::visit([this](const auto& v) { put(v); }, value.data());
  }

 private:
  void put(Null) { out_ += "null"; }
  void put(bool v) { out_ += v ? "true" : "false"; }
  void put(std::int64_t v) { out_ += fmt::format("{}", v); }
  void put(double v) { write_tagged(out_, "$float", json_quote(format_double(v))); }
  void put(const std::string& v) { out_ += json_quote(v); }
  void put(Bytes v) { write_tagged(out_, "$bytes", fmt::format("{}", v.count)); }
  void put(Duration v) { write_tagged(out_, "$ms", fmt::format("{}", v.ms)); }
  void put(Percent v) { write_tagged(out_, "$percent", json_quote(format_double(v.value))); }
  void put(Cpu v) { write_tagged(out_, "$cpu", fmt::format("{}", v.units)); }
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
    out_ += fmt::format("{{\"$call\":{},\"arguments\":", json_quote(v->function));
    add(v->arguments);
    out_ += '}';
  }
  void put(const std::shared_ptr<const Unknown>& v) { write_tagged(out_, "$unknown", json_quote(v->what)); }
  void put(const Secret& v) { write_tagged(out_, "$secret", json_quote(secret_hash(*v.inner, key_))); }
  std::string& out_;
  const HashKey& key_;
};

Value from(const Json& json);

Value from_tagged(const std::string& tag, const Json& json, const Json& whole) {
  auto whole_number = [&] { return json.get<std::int64_t>(); };
  auto text = [&] { return json.get<std::string>(); };
  if (tag == "$bytes") return Bytes{whole_number()};
  if (tag == "$ms") return Duration{whole_number()};
  if (tag == "$cpu") return Cpu{whole_number()};
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
  throw std::invalid_argument("unknown tag " + tag);
}

Value from(const Json& json) {
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
  return from(json);
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
  return parse(json, [](const Json& j) { return from(j); });
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

Value with_part(const Value& value, std::string_view part) {
  if (const auto* inner = value.secret()) return hashed_secret(with_secret_part(secret_hash(*inner, {}), part));
  if (const auto* items = value.list()) {
    List out;
    for (const auto& item : *items) out.push_back(with_part(item, part));
    return out;
  }
  if (const auto* members = value.map()) {
    std::vector<Entry> out;
    for (const auto& [name, member] : *members) out.emplace_back(name, with_part(member, part));
    return Map(std::move(out));
  }
  if (const auto* call = value.call()) {
    Call out{call->function, {}};
    for (const auto& argument : call->arguments) out.arguments.push_back(with_part(argument, part));
    return out;
  }
  return value;
}

}  // namespace

Result<std::string> with_secret_part_inside(std::string_view json, std::string_view secret_part) {
  const auto value = from_json(json);
  if (!value) return value.error();
  return to_json(with_part(*value, secret_part), {});
}

}  // namespace infra
