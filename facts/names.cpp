#include "facts/names.h"

#include <algorithm>
#include <array>

namespace infra::facts {

namespace {

constexpr std::string_view kOfEcs = "at most 255 letters, digits, `-` and `_`";
constexpr std::string_view kOfTag = "at most 255 letters, digits, spaces and `_.:/=+-@`";

constexpr NameRule kOfDns = {"",
                             "",
                             false,
                             "-",
                             false,
                             63,
                             "a name of DNS: at most 63 small letters, digits and `-`, with no `-` at its "
                             "ends, such as \"web-1\""};

constexpr std::array<NameRule, 9> kRules = {{
    {"aws", "cluster", true, "-_", true, 255, kOfEcs},
    {"aws", "eks", true, "-_", true, 100, "at most 100 letters, digits, `-` and `_`"},
    {"aws", "job", true, "-_.", true, 64, "at most 64 letters, digits, `-`, `_` and `.`"},
    {"aws", "load_balancer", true, "-", false, 32, "at most 32 letters, digits and `-`, with no `-` at its ends"},
    {"aws", "secret", true, "/_+=.@-", true, 512, "at most 512 letters, digits and `/_+=.@-`"},
    {"aws", "service", true, "-_", true, 255, kOfEcs},
    {"aws", "subnet", true, " _.:/=+-@", true, 255, kOfTag},
    {"aws", "task", true, "-_", true, 255, kOfEcs},
    {"aws", "vpc", true, " _.:/=+-@", true, 255, kOfTag},
}};

}  // namespace

const NameRule& name_rule(std::string_view platform, std::string_view kind) {
  const auto* at = std::find_if(kRules.begin(), kRules.end(),
                                [&](const NameRule& one) { return one.platform == platform && one.kind == kind; });
  return at != kRules.end() ? *at : kOfDns;
}

bool takes(const NameRule& rule, std::string_view name) {
  const auto sign = [&](char c) { return rule.signs.find(c) != std::string_view::npos; };
  if (name.empty() || name.size() > rule.longest) return false;
  if (!rule.signs_at_ends && (sign(name.front()) || sign(name.back()))) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || sign(c);
    return plain || (rule.capitals && c >= 'A' && c <= 'Z');
  });
}

}  // namespace infra::facts
