#include "base/text/pattern.h"

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

struct Regex::Compiled {
  explicit Compiled(const std::string& regex) : re(regex, options()) {}
  static RE2::Options options() {
    RE2::Options out;
    out.set_log_errors(false);
    out.set_max_mem(kMostMemory);
    out.set_dot_nl(false);
    return out;
  }
  RE2 re;
};

Regex::Regex(std::string regex) : regex_(std::move(regex)) {}
Regex::~Regex() = default;

Result<bool> Regex::matches_whole(std::string_view text) const {
  std::call_once(once_, [this] { compiled_ = std::make_unique<Compiled>(regex_); });
  if (!compiled_->re.ok()) return problem(regex_, compiled_->re);
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), compiled_->re);
}

Result<bool> matches_whole(std::string_view text, const std::string& regex) { return Regex(regex).matches_whole(text); }

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
