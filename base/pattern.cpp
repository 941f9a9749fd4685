#include "base/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace infra {
namespace {

constexpr std::int64_t kMostMemory = std::int64_t{8} << 20U;  // of one compiled expression

Error problem(const std::string& regex, const RE2& compiled) {
  if (compiled.error_code() == RE2::ErrorPatternTooLarge || compiled.error_code() == RE2::ErrorRepeatSize)
    return {.code = "E0303", .message = "the regular expression is too large: let it repeat less"};
  if (compiled.error_code() == RE2::ErrorBadEscape || compiled.error_code() == RE2::ErrorBadPerlOp) {
    return {.code = "E0303",
            .message = fmt::format("{} has `{}`, which isn't supported", pattern_text(regex), compiled.error_arg())};
  }
  return {.code = "E0303",
          .message = fmt::format("{} is no valid regular expression: {}", pattern_text(regex), compiled.error())};
}

}  // namespace

Result<bool> matches_whole(const std::string& text, const std::string& regex) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMostMemory);
  options.set_dot_nl(false);
  const RE2 compiled(regex, options);
  if (!compiled.ok()) return problem(regex, compiled);
  return RE2::FullMatch(text, compiled);
}

std::string pattern_text(const std::string& regex) {
  std::string out = "/";
  for (std::size_t i = 0; i < regex.size(); ++i) {
    if (regex[i] == '/') out += '\\';
    out += regex[i];
    if (regex[i] == '\\' && i + 1 < regex.size()) out += regex[++i];
  }
  return out + "/";
}

}  // namespace infra
