// The last commit's serial in a small file beside the state's: SQLite takes a damaged log (-wal) for one that ends
// early, and would show the state of some commits before. Written after each commit and never waited for, so it is
// never ahead of a file that is whole; behind it, after a power failure, it says nothing.
#pragma once
#include <optional>
#include <string>

#include "state/store.h"

namespace infra {

// nullopt: there is none, or it is of another file than the one at the path now.
std::optional<StateVersion> read_serial_note(const std::string& path);
void write_serial_note(const std::string& path, const StateVersion& version);
// Whether a note lies there, of whatever file.
bool has_serial_note(const std::string& path);
void remove_serial_note(const std::string& path);

}  // namespace infra
