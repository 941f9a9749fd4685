// Text that strangers wrote (commit messages, branch names, remote errors), made safe to stand on one line of a
// terminal.
#pragma once
#include <string>
#include <string_view>

namespace infra {

// Control characters (C0, C1, DEL, line and paragraph separators, those that change the direction of writing) become
// spaces, runs of blanks one blank, invalid UTF-8 U+FFFD; cut to `most` code points with "…".
std::string one_line(std::string_view text, std::size_t most = 72);

}  // namespace infra
