// The texts that `infra show tokens|ast` looks at: one file, or all of a stack's.
#pragma once
#include <string>

#include "base/sources/source.h"

namespace infra {

// `place` is a folder or a file.
Result<SourceMap> read_sources(const std::string& place);

}  // namespace infra
