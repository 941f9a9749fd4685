// The state's file on disk: opening it for what is wanted, making it with private permissions.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/databases/sqlite.h"

namespace infra {

// Which file a path leads to: tells a file from one that took its place.
struct FileIdentity {
  dev_t device = 0;
  ino_t number = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};
// nullopt: there is none. Other faults of looking at it are errors.
Result<std::optional<FileIdentity>> identify_file(const std::string& path);

// Does SQLite's log beside it hold commits that aren't in the file yet?
bool has_unmerged_log(const std::string& path);

constexpr std::int64_t kStateApplicationId = 0x696e6672;  // "infr", in the file's header

// The version of a state that this program knows. E0502 if it is something else or empty, E0503 if it is newer.
Result<std::int64_t> identify_file_format(sqlite::Database& database, const std::string& path);
// Inside a transaction: as ours, of the present version.
Result<Ok> mark_file_format(sqlite::Database& database);

// The folder, 0700 if it is new.
Result<Ok> make_private_folder(const std::string& path_of_file);
// A state without content. Written beside its place and then moved there whole: a file that is found at the place and
// is empty was never made by us.
Result<Ok> make_state_file(const std::string& path, const std::string& lineage, const std::string& stack);

// A copy that only the user may read, merged with the log.
Result<Ok> copy_privately(sqlite::Database& database, const std::string& path);

// Opens an existing state for reading. On a disk or in a folder that can't be written, SQLite can't make the small
// files that it reads a WAL database with; a state that was closed in order is then read as it stands.
Result<sqlite::Database> open_for_reading(const std::string& path);
// With every commit forced to the disk.
Result<sqlite::Database> open_for_writing(const std::string& path);

}  // namespace infra
