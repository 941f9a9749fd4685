// The files of a state: its own and those that the program keeps beside it.
#pragma once
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace infra {

// SQLite's journals, drafts and their journals, the lock, the serial's note (serial_note.h) and the backups (backup.h).
inline constexpr std::array<std::string_view, 10> kCompanions = {
    "", "-wal", "-shm", "-journal", ".new", ".new-wal", ".new-shm", ".lock", ".serial", ".backups"};

// Is `path` one of them, or in the folder of backups? Both are canonical.
inline bool is_of_state(std::string_view path, std::string_view state) {
  if (!path.starts_with(state)) return false;
  const auto rest = path.substr(state.size());
  return rest.starts_with(".backups/") || std::find(kCompanions.begin(), kCompanions.end(), rest) != kCompanions.end();
}

}  // namespace infra
