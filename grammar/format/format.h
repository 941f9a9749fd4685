// The one style of the language: text → text. Comments stay, at most one blank line stays, and what the file means
// stays: the result is parsed again and compared before it is given out.
#pragma once
#include <optional>
#include <string>

#include "base/diagnostics/diagnostic.h"
#include "base/sources/source.h"

namespace infra {

// Nothing if the file has syntax errors, which then are in `diagnostics`: a broken file is left alone.
std::optional<std::string> format(const SourceMap& sources, FileId file, Diagnostics& diagnostics);

}  // namespace infra
