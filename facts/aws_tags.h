// What AWS takes as a tag. The rules of the strictest services (ECS, ELB, IAM, ACM, Logs) hold for all: one declaration
// becomes objects of several.
#pragma once
#include <cstddef>
#include <string_view>

namespace infra::facts {

constexpr std::size_t kMostTags = 50;
// infra.stack, infra.lineage, infra.address, infra.token, infra.spec and infra.type: how objects are found again.
constexpr std::size_t kOwnTags = 6;
constexpr std::size_t kMostLabels = kMostTags - kOwnTags;  // so many are left to the user
constexpr std::size_t kLongestTagKey = 128;                // characters
constexpr std::size_t kLongestTagValue = 256;

// Where the first character stands that a tag may not have; npos: none. Letters and digits of any script, spaces and
// `_.:/=+-@` are taken.
std::size_t wrong_tag_character(std::string_view text);

}  // namespace infra::facts
