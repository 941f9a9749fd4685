#include "providers/aws/resource_tags.h"

#include <fmt/format.h>

#include <charconv>

#include "providers/aws/api/xml.h"

namespace infra::aws {

namespace {

bool plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || std::string_view(" _.:/+-@").find(c) != std::string_view::npos;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (plain(c)) {
      out += c;
    } else {
      out += fmt::format("={:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    if (text[i] == '=' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Tags tags_of(const Mark& mark) {
  return {{"infra.stack", escaped(mark.stack)},
          {"infra.lineage", mark.lineage},
          {"infra.address", escaped(mark.address.text())},
          {"infra.token", mark.token},
          {"infra.spec", mark.spec},
          {"infra.type", mark.type}};
}

std::optional<Mark> mark_of(const Tags& tags) {
  const auto get = [&](const char* name) {
    const auto at = tags.find(name);
    return at != tags.end() ? at->second : std::string();
  };
  auto address = Address::parse(unescaped(get("infra.address")));
  if (!address || get("infra.lineage").empty()) return std::nullopt;
  return Mark{.stack = unescaped(get("infra.stack")),
              .lineage = get("infra.lineage"),
              .address = *std::move(address),
              .token = get("infra.token"),
              .spec = get("infra.spec"),
              .type = get("infra.type")};
}

List tag_list(const Tags& tags, const char* key, const char* value) {
  List out;
  for (const auto& [name, text] : tags) out.push_back(Map({{key, name}, {value, text}}));
  return out;
}

Value tag_map(const Tags& tags) {
  Map out;
  for (const auto& [name, text] : tags) out.set(name, text);
  return out;
}

Tags read_tags(const Value& list_or_map) {
  Tags out;
  if (const auto* map = list_or_map.map()) {
    for (const auto& [name, value] : *map) out[name] = text_of(value);
  }
  for (const auto& one : items_of(list_or_map)) {
    const bool small = !one["key"].is_null();
    out[text_of(one[small ? "key" : "Key"])] = text_of(one[small ? "value" : "Value"]);
  }
  return out;
}

}  // namespace infra::aws
