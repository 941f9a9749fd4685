#include "cli/one_of.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/diagnostics/diagnostic.h"

namespace infra::cli {

CLI::Validator one_of(std::vector<std::string> words) {
  const auto check = [words = std::move(words)](const std::string& given) -> std::string {
    if (std::find(words.begin(), words.end(), given) != words.end()) return {};
    const auto near = did_you_mean(given, words);
    return fmt::format("`{}` is none of {}{}", given, fmt::join(words, ", "),
                       near.empty() ? std::string() : fmt::format("; did you mean `{}`?", near));
  };
  return {check, ""};
}

}  // namespace infra::cli
