// Copies of a state's file from the ends of the last runs, in a folder beside it, and the way back to the best of them.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/databases/sqlite.h"
#include "state/state.h"

namespace infra {

// The newest three are kept; of a file of many MB one a minute is made. Where it can't be written there is none: no
// reason to stop a run.
void keep_backup(sqlite::Database& database, const std::string& path, Serial serial);

// Whether there is a copy to go back to.
bool has_backup(const std::string& path);

struct Recovery {
  bool needed = true;                // false: the state is whole, and nothing was done
  std::optional<Error> damage;       // what was wrong
  std::string from;                  // the backup that it came from; empty: the file itself, without its lost commits
  std::string kept_as;               // where the damaged file lies now
  Snapshot state;                    // what is recorded now
  std::vector<std::string> skipped;  // newer copies that are damaged, too
};
// What recover_state() would do.
Result<Recovery> plan_recovery(const std::string& path);
// Puts the newest copy that is whole in place of a damaged file, which is kept beside it. E0502 if there is none.
Result<Recovery> recover_state(const std::string& path);

}  // namespace infra
