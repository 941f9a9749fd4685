// Words as a POSIX shell has them, in texts with variables.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "importers/compose/compose_template.h"

namespace infra::importing {

struct Word {
  Template text;
  std::vector<bool> quoted;  // for each piece: a value there isn't parted further
};

// Blanks, quotes and backslashes, nothing else. Nothing if a quote is never closed.
std::optional<std::vector<Word>> split_words(const Template& text);

}  // namespace infra::importing
