#include <fmt/format.h>

#include "compiler/checks.h"
#include "compiler/checks/parts.h"

namespace infra::checks {
namespace {

// What AWS takes of tags.
constexpr std::size_t kMostTags = 50;
constexpr std::size_t kLongestKey = 128;
constexpr std::size_t kLongestValue = 256;

std::string tag_fault(const Entry& tag) {
  if (tag.first.empty()) return "a tag has a key";
  if (tag.first.starts_with("aws:")) return "AWS keeps aws: for itself";
  if (tag.first.size() > kLongestKey) return fmt::format("a key has at most {} letters", kLongestKey);
  const auto* value = tag.second.string();
  const bool long_value = value != nullptr && value->size() > kLongestValue;
  return long_value ? fmt::format("a value has at most {} letters", kLongestValue) : "";
}

void check_tags(const Resource& resource, const Map& labels, Diagnostics& diagnostics) {
  if (labels.size() > kMostTags) {
    diagnostics.error("E0416", resource.place("labels"),
                      fmt::format("{} has {} labels, more tags than AWS takes", named(resource), labels.size()),
                      fmt::format("at most {}", kMostTags), "leave some of them out");
  }
  for (const auto& tag : labels) {
    const auto why = tag_fault(tag);
    if (why.empty()) continue;
    const auto place = resource.written(fmt::format("labels.{}:", tag.first)).value_or(resource.place("labels"));
    diagnostics.error("E0416", place,
                      fmt::format("label {} of {} is no tag that AWS takes", to_source(tag.first), named(resource)),
                      why, "labels are tags there: choose another one");
  }
}

}  // namespace

void tags(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& resource : input.graph.resources) {
    const auto* platform = input.graph.platform(resource.platform);
    const auto* labels = resource.config["labels"].map();
    if (platform != nullptr && platform->kind == "aws" && labels != nullptr) check_tags(resource, *labels, diagnostics);
  }
}

}  // namespace infra::checks
