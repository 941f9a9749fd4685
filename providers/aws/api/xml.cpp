#include "providers/aws/api/xml.h"

#include <fmt/format.h>

#include <charconv>
#include <pugixml.hpp>

#include "base/text/cut.h"

namespace infra::aws {

namespace {

constexpr int kDeepest = 64;  // no answer is nested deeper than a dozen levels

bool is_entry(const pugi::xml_node& node) {
  return std::string_view(node.name()) == "item" || std::string_view(node.name()) == "member";
}

bool is_element(const pugi::xml_node& node) { return node.type() == pugi::node_element; }

// nullopt: nested too deep.
std::optional<Value> value_of(const pugi::xml_node& node, int depth) {
  if (depth > kDeepest) return std::nullopt;
  List list;
  std::vector<Entry> members;
  bool all_entries = true;
  for (const auto& child : node.children()) {
    if (!is_element(child)) continue;
    auto value = value_of(child, depth + 1);
    if (!value) return std::nullopt;
    if (is_entry(child)) {
      list.push_back(*std::move(value));
    } else {
      all_entries = false;
      members.emplace_back(child.name(), *std::move(value));
    }
  }
  if (!members.empty() && !all_entries) return Value(Map(std::move(members)));
  if (!list.empty()) return Value(std::move(list));
  return Value(std::string(node.text().get()));
}

}  // namespace

Result<Value> parse_xml(std::string_view text, std::string_view root) {
  pugi::xml_document document;
  const auto read = document.load_buffer(text.data(), text.size());
  if (!read) {
    return Error{.code = "E0621", .message = fmt::format("not XML at byte {}: {}", read.offset, read.description())};
  }
  const auto top = document.document_element();
  if (!root.empty() && root != top.name()) {
    return Error{.code = "E0621", .message = fmt::format("it is <{}>, not <{}>", cut(top.name(), kMostOfLabel), root)};
  }
  auto value = value_of(top, 0);
  if (!value) return Error{.code = "E0621", .message = "XML that is nested too deep"};
  return *std::move(value);
}

const List& items_of(const Value& value) {
  static const List none;
  return value.list() != nullptr ? *value.list() : none;
}

std::string text_of(const Value& value) {
  if (const auto* flag = value.boolean()) return *flag ? "true" : "false";
  return to_text(value).value_or("");
}

std::int64_t number_of(const Value& value) {
  if (const auto* number = value.integer()) return *number;
  if (const auto* number = value.get<double>()) return static_cast<std::int64_t>(*number);
  const auto text = text_of(value);
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

bool flag_of(const Value& value) { return text_of(value) == "true"; }

}  // namespace infra::aws
