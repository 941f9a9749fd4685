#include <fmt/format.h>

#include <algorithm>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "facts/aws_tags.h"

namespace infra::checks {
namespace {

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

struct Fault {
  std::string why;  // empty: none
  std::string help = "labels are tags there: choose another one";
};

std::string wrong_character(std::string_view text) {
  const auto at = facts::wrong_tag_character(text);
  if (at == std::string_view::npos) return "";
  return fmt::format("{} isn't among what a tag takes: letters, digits, spaces and _.:/=+-@",
                     to_source(Value(text.substr(at, 1))));
}

Fault tag_fault(const Entry& tag) {
  if (tag.first.empty()) return {"a tag has a key"};
  if (tag.first.starts_with("aws:")) return {"AWS keeps aws: for itself"};
  if (const auto length = characters(tag.first); length > facts::kLongestTagKey)
    return {fmt::format("a key has at most {} characters, this one {}", facts::kLongestTagKey, length)};
  if (auto wrong = wrong_character(tag.first); !wrong.empty()) return {std::move(wrong)};
  const auto* value = tag.second.string();
  if (value == nullptr) return {};
  if (const auto length = characters(*value); length > facts::kLongestTagValue)
    return {fmt::format("a value has at most {} characters, this one {}", facts::kLongestTagValue, length)};
  return {wrong_character(*value)};
}

void check_tags(const Resource& resource, const Map& labels, Diagnostics& diagnostics) {
  if (labels.size() > facts::kMostLabels) {
    diagnostics.error("E0416", resource.place("labels"),
                      fmt::format("{} has {} labels, more tags than AWS takes", named(resource), labels.size()),
                      fmt::format("at most {}: AWS takes {}, and infra finds its objects by {} of its own",
                                  facts::kMostLabels, facts::kMostTags, facts::kOwnTags),
                      "leave some of them out");
  }
  for (const auto& tag : labels) {
    const auto fault = tag_fault(tag);
    if (fault.why.empty()) continue;
    const auto place = resource.written(fmt::format("labels.{}:", tag.first)).value_or(resource.place("labels"));
    diagnostics.error("E0416", place,
                      fmt::format("label {} of {} is no tag that AWS takes", to_source(tag.first), named(resource)),
                      fault.why, fault.help);
  }
}

// The address is written into a tag, each byte that a tag doesn't take as `=XX`; a part of it follows.
void check_address(const Resource& resource, Diagnostics& diagnostics) {
  constexpr std::size_t kPart = 24;  // "/listener_rule/12345678"
  const auto text = resource.address.text();
  std::size_t size = kPart;
  for (const char c : text) size += c == '=' || facts::wrong_tag_character(std::string_view(&c, 1)) == 0 ? 3 : 1;
  if (size <= facts::kLongestTagValue) return;
  diagnostics.error("E0416", resource.span,
                    fmt::format("the name of {} is too long for a tag, by which it is found again", named(resource)),
                    fmt::format("{} characters as a tag", size), "give it, or the loop around it, a shorter name");
}

}  // namespace

void tags(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& resource : input.graph.resources) {
    const auto* platform = input.graph.platform(resource.platform);
    const auto* labels = resource.config["labels"].map();
    if (platform == nullptr || platform->kind != "aws") continue;
    check_address(resource, diagnostics);
    if (labels != nullptr) check_tags(resource, *labels, diagnostics);
  }
}

}  // namespace infra::checks
