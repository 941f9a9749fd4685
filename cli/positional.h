// Positional arguments that may be of several kinds, told apart by what they are. What is none of them is refused.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace infra::cli {

// "12" is a revision; everything else is a folder.
std::optional<std::uint64_t> revision_number(const std::string& word);

// [REV]… [DIR], in any order.
struct RevisionWords {
  std::vector<std::uint64_t> revisions;
  std::optional<std::string> folder;
};
// E0902 for a word that is neither, for a second folder, and for more than `most` revisions.
Result<RevisionWords> revision_words(const std::vector<std::string>& words, std::size_t most);

}  // namespace infra::cli
