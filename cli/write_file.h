// A user's file gets a new text: written beside it, then renamed, so that it is never half written.
#pragma once
#include <string>

#include "base/result.h"

namespace infra::cli {

// Keeps the file's mode; a link stays a link, and what it leads to is replaced. Fails (E0907) if the file no longer has
// the text `before`: somebody else changed it meanwhile.
Result<Ok> replace_file(const std::string& path, const std::string& before, const std::string& after);

// A file that isn't there yet. E0907 if it is, unless `overwrite`.
Result<Ok> create_file(const std::string& path, const std::string& text, bool overwrite);

// A file of ours that may be there already.
inline Result<Ok> write_file(const std::string& path, const std::string& text) { return create_file(path, text, true); }

}  // namespace infra::cli
