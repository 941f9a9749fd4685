#include "cli/positional.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

namespace infra::cli {
namespace {

Error neither(const std::string& word) {
  // v3, r3, #3, 3x: a number is in it.
  const auto first = word.find_first_of("0123456789");
  const auto last = word.find_last_of("0123456789");
  const auto digits = first == std::string::npos ? std::string() : word.substr(first, last - first + 1);
  const bool meant = !digits.empty() && word.size() <= digits.size() + 2 && revision_number(digits);
  return {.code = "E0902",
          .message = fmt::format("`{}` is neither the number of a revision nor a folder", word),
          .help = meant ? fmt::format("did you mean `{}`? `infra history` lists the revisions", digits)
                        : "`infra history` lists the revisions by their number",
          .context = {}};
}

Error too_many(const std::string& what, const std::string& word) {
  return {.code = "E0902",
          .message = fmt::format("`{}` is one {} too many", word, what),
          .help = "leave it out",
          .context = {}};
}

}  // namespace

std::optional<std::uint64_t> revision_number(const std::string& word) {
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (fault != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

Result<RevisionWords> revision_words(const std::vector<std::string>& words, std::size_t most) {
  RevisionWords out;
  for (const auto& word : words) {
    std::error_code ignored;  // a path that can't be looked at isn't a folder
    if (const auto number = revision_number(word)) {
      if (out.revisions.size() == most) return too_many("revision", word);
      out.revisions.push_back(*number);
    } else if (!std::filesystem::is_directory(word, ignored)) {
      return neither(word);
    } else if (out.folder) {
      return too_many("folder", word);
    } else {
      out.folder = word;
    }
  }
  return out;
}

}  // namespace infra::cli
