// The one way of text to stdout and stderr: tools/check-terminal holds the program to it. Nothing that somebody else
// wrote (labels, names of files, texts of registries, commit messages) is obeyed by a terminal.
#pragma once
#include <cstdio>
#include <string_view>

namespace infra::terminal {

// For people. `styled`: the program's own colours may stand in it.
void write(std::FILE* to, std::string_view text, bool styled = false);
// JSON for programs: the same characters as escapes, so that it says what it said.
void write_json(std::FILE* to, std::string_view json);
// What another program is to get byte by byte (an output's value, a formatted file): as it is, but for people where
// `to` is a terminal.
void write_data(std::FILE* to, std::string_view bytes);
// A frame of a display that moves the cursor. `control` is this program's own and is obeyed.
void write_frame(std::FILE* to, std::string_view control, std::string_view text);
void flush(std::FILE* to);

}  // namespace infra::terminal
