#include "state/places/state_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "state/faults.h"
#include "state/rows/table_versions.h"
#include "state/rows/writer.h"

namespace infra {
namespace {

// Reads the header, so that faults show now.
Result<Ok> probe(sqlite::Database& database) {
  auto tables = database.ask("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::move(tables).error();
  return Ok{};
}

// Closed, and so merged with its log, when it returns.
Result<Ok> write_draft(const std::string& draft, const std::string& path, const std::string& lineage,
                       const std::string& stack) {
  auto database = sqlite::Database::open(draft, {}, explain_state_faults(path));
  if (!database) return std::move(database).error();
  auto mode = database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (!mode) return mode;
  sqlite::Statements session(*std::move(database));
  auto transaction = sql::Transaction::begin(session, sql::Access::write);
  if (!transaction) return std::move(transaction).error();
  if (auto marked = mark_file_format(session.database()); !marked) return marked;
  if (auto tables = upgrade_tables(session, 0, Dialect::sqlite); !tables) return tables;
  if (auto written = Writer(session, path).start(lineage, stack); !written) return written;
  if (auto committed = transaction->commit(); !committed) return committed;
  // Closing would do it, too, but wouldn't say that the disk is full; and only the file is moved to its place.
  return session.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<std::int64_t> pragma(sqlite::Database& database, std::string_view name) {
  auto statement = database.prepare(fmt::format("PRAGMA {}", name));
  if (!statement) return std::move(statement).error();
  std::int64_t value = 0;
  auto done = statement->each([&](const sql::Row& row) { value = row.integer(0); });
  if (!done) return std::move(done).error();
  return value;
}

Result<Ok> make_empty_file(const std::string& draft, const std::string& path) {
  for (const char* left_over : {"", "-wal", "-shm"}) ::unlink((draft + left_over).c_str());
  const int file = ::open(draft.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return system_fault(fmt::format("write the state \"{}\"", path), errno);
  ::close(file);
  return Ok{};
}

// A file's name is safe only when its folder is.
Result<Ok> sync_folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  const int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int synced = file < 0 ? -1 : ::fsync(file);
  const int why = errno;
  if (file >= 0) ::close(file);
  if (synced != 0) return system_fault(fmt::format("save the folder \"{}\"", folder.string()), why);
  return Ok{};
}

}  // namespace

bool has_unmerged_log(const std::string& path) {
  struct stat info {};
  return ::stat((path + "-wal").c_str(), &info) == 0 && info.st_size > 0;
}

Result<std::optional<FileIdentity>> identify_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::optional<FileIdentity>{};
    return system_fault(fmt::format("look at the state \"{}\"", path), errno);
  }
  if (!S_ISREG(info.st_mode)) return not_a_state(path, "it is not a file");
  return std::optional<FileIdentity>({.device = info.st_dev, .number = info.st_ino});
}

Result<Ok> make_private_folder(const std::string& path_of_file) {
  const auto folder = std::filesystem::path(path_of_file).parent_path();
  if (folder.empty()) return Ok{};
  std::error_code fault;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), fault);
  if (fault) return system_fault(fmt::format("make the folder \"{}\"", folder.parent_path().string()), fault.value());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_fault(fmt::format("make the folder \"{}\"", folder.string()), errno);
  }
  return Ok{};
}

Result<Ok> make_state_file(const std::string& path, const std::string& lineage, const std::string& stack) {
  auto folder = make_private_folder(path);
  if (!folder) return folder;
  const std::string draft = path + ".new";
  ::unlink((path + "-shm").c_str());
  if (auto made = make_empty_file(draft, path); !made) return made;
  auto written = write_draft(draft, path, lineage, stack);
  if (!written) {
    ::unlink(draft.c_str());
    return written;
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    return system_fault(fmt::format("move the new state to \"{}\"", path), errno);
  }
  return sync_folder_of(path);
}

Result<std::int64_t> identify_file_format(sqlite::Database& database, const std::string& path) {
  auto application = pragma(database, "application_id");
  if (!application) return std::move(application).error();
  auto version = pragma(database, "user_version");
  if (!version) return std::move(version).error();
  if (*application == kStateApplicationId) {
    if (*version > kStateVersion) return newer_state(path, *version, kStateVersion);
    if (*version >= 1) return version;
    return damaged_state(path, fmt::format("its header says format {}, which never was", *version));
  }
  auto tables = database.ask("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::move(tables).error();
  // Never taken for a state without resources: it may have been one that lost its content.
  if (*tables == "0") return not_a_state(path, "it is empty");
  return not_a_state(path, "it is another program's database");
}

Result<Ok> mark_file_format(sqlite::Database& database) {
  return database.execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kStateApplicationId, kStateVersion));
}

Result<Ok> copy_privately(sqlite::Database& database, const std::string& path) {
  if (auto made = make_empty_file(path, path); !made) return made;
  return database.copy_to(path);
}

Result<sqlite::Database> open_for_reading(const std::string& path) {
  const auto explain = explain_state_faults(path);
  auto database = sqlite::Database::open(path, {.read_only = true}, explain);
  if (!database) return database;
  auto readable = probe(*database);
  if (readable) return database;
  const auto& code = readable.error().code;
  if ((code != "E0504" && code != "E0505") || has_unmerged_log(path)) return std::move(readable).error();
  auto as_it_stands = sqlite::Database::open(path, {.immutable = true}, explain);
  if (!as_it_stands) return as_it_stands;
  readable = probe(*as_it_stands);
  if (!readable) return std::move(readable).error();
  return as_it_stands;
}

Result<sqlite::Database> open_for_writing(const std::string& path) {
  auto database = sqlite::Database::open(path, {}, explain_state_faults(path));
  if (!database) return database;
  auto mode = database->execute("PRAGMA synchronous = FULL");
  if (!mode) return std::move(mode).error();
  return database;
}

}  // namespace infra
