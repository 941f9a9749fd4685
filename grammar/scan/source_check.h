// May this file be parsed at all?
#pragma once
#include "base/diagnostics/diagnostic.h"
#include "base/sources/source.h"

namespace infra {

// False, and reported, if it is too large (E0006) or isn't UTF-8 (E0002).
bool check_source(const SourceFile& source, FileId file, Diagnostics& diagnostics);

// The length of the UTF-8 character at the front of `text`; 0 if there is none.
std::size_t utf8_length(std::string_view text);

}  // namespace infra
