#include "base/values/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/overloaded.h"
#include "base/text/units.h"

namespace infra {
namespace {

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
                        [](const std::shared_ptr<const std::string>& v) { return quote(*v); },
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

}  // namespace infra
