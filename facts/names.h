// Which names platforms take for what has one of its own there (botocore's service models; RFC 1123 for hosts' names,
// which container engines and Kubernetes make of them).
#pragma once
#include <cstddef>
#include <string_view>

namespace infra::facts {

struct NameRule {
  std::string_view platform, kind;
  bool capitals;
  std::string_view signs;  // beside letters and digits
  bool signs_at_ends;      // a sign may be the first or the last
  std::size_t longest;
  std::string_view words;  // "at most 255 letters, digits, `-` and `_`"
};

// Of a kind on a platform that has rules of its own for it; else what every platform takes.
const NameRule& name_rule(std::string_view platform, std::string_view kind);

bool takes(const NameRule& rule, std::string_view name);

}  // namespace infra::facts
