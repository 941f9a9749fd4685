// To whom an object belongs, in its tags. Pure.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/values/address.h"
#include "base/values/value.h"

namespace infra::aws {

using Tags = std::map<std::string, std::string>;

struct Mark {
  std::string stack;
  std::string lineage;
  Address address;
  std::string token;
  std::string spec;
  std::string type;
};

inline constexpr std::size_t kOwnTags = 6;       // of the 50 that an object may have
inline constexpr std::size_t kLongestTag = 256;  // characters of a value

// ECS, ELB and IAM take letters, digits, spaces and _.:/=+-@ in a tag. Every other byte, and '=', is =XX.
std::string escaped(std::string_view text);
std::string unescaped(std::string_view text);

Tags tags_of(const Mark& mark);
std::optional<Mark> mark_of(const Tags& tags);  // nullopt: nobody's

// As the services want and give them.
List tag_list(const Tags& tags, const char* key = "Key", const char* value = "Value");
Value tag_map(const Tags& tags);
Tags read_tags(const Value& list_or_map);  // of either spelling of key and value

}  // namespace infra::aws
