#include "state/places/sqlite_place.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/databases/sqlite.h"
#include "state/faults.h"
#include "state/files/backup.h"
#include "state/places/file_lock.h"
#include "state/places/serial_note.h"
#include "state/places/sql_store.h"
#include "state/places/sqlite_store.h"
#include "state/places/state_file.h"
#include "state/rows/rows.h"
#include "state/rows/table_versions.h"

namespace infra {
namespace {

class SqlitePlace : public Place {
 public:
  explicit SqlitePlace(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] const std::string& name() const override { return path_; }
  Result<Session> open_reading() override;
  Result<Writing> open_writing(const std::string& lineage, const std::string& stack, bool expected) override;
  Result<std::int64_t> identify(sql::Session& session) override;
  void look_closer(sql::Session& session, Error& error) override;
  std::optional<StateVersion> noted() override { return read_serial_note(path_); }
  void note(const StateVersion& version) override { write_serial_note(path_, version); }
  void back_up(sql::Session& session, Serial serial) override;

 private:
  using File = std::shared_ptr<sqlite::Statements>;
  [[nodiscard]] Result<std::optional<FileIdentity>> find_file() const;
  [[nodiscard]] Result<Ok> check_not_lost() const;
  Result<Ok> make_file_if_missing(const std::string& lineage, const std::string& stack);
  Result<Ok> upgrade(sqlite::Statements& session);

  std::string path_;
  File writing_;  // from the first write on
  FileIdentity file_;
};

Result<std::optional<FileIdentity>> SqlitePlace::find_file() const {
  auto now = identify_file(path_);
  if (now && !*now && has_unmerged_log(path_)) {
    return damaged_state(path_, fmt::format("the file is gone, but not its log \"{}-wal\"", path_));
  }
  return now;
}

// No file is a state without content, but not where one has been: everything would be made a second time.
Result<Ok> SqlitePlace::check_not_lost() const {
  const bool copies = has_backup(path_);
  std::error_code none;
  const auto target = std::filesystem::read_symlink(path_, none);
  if (!none)
    return lost_state(path_, fmt::format("it is a link to \"{}\", where there is no file", target.string()), copies);
  if (copies)
    return lost_state(path_, fmt::format("the file is gone, and copies of it lie in \"{}.backups\"", path_), true);
  if (has_serial_note(path_))
    return lost_state(path_, fmt::format("the file is gone, but not its \"{}.serial\"", path_), false);
  return Ok{};
}

Result<Place::Session> SqlitePlace::open_reading() {
  auto now = find_file();
  if (!now) return std::move(now).error();
  // Another file at the path (restored from a backup) is opened anew.
  if (writing_ && *now != file_) writing_.reset();
  if (!*now) {
    if (auto lost = check_not_lost(); !lost) return std::move(lost).error();
    return Session();
  }
  if (writing_) return Session(writing_);
  auto database = open_for_reading(path_);
  if (!database) return std::move(database).error();
  return Session(std::make_shared<sqlite::Statements>(*std::move(database)));
}

Result<Ok> SqlitePlace::make_file_if_missing(const std::string& lineage, const std::string& stack) {
  auto folder = make_private_folder(path_);
  if (!folder) return folder;
  auto lock = FileLock::take(path_ + ".lock");
  if (!lock) return std::move(lock).error();
  auto now = find_file();
  if (!now) return std::move(now).error();
  if (*now) return Ok{};
  if (auto lost = check_not_lost(); !lost) return lost;
  return make_state_file(path_, lineage, stack);
}

// Each step in the tables is one transaction, and waits for other writers.
Result<Ok> SqlitePlace::upgrade(sqlite::Statements& session) {
  auto version = identify_file_format(session.database(), path_);
  if (!version) return std::move(version).error();
  if (*version == kStateVersion) return Ok{};
  auto transaction = sql::Transaction::begin(session, sql::Access::write);
  if (!transaction) return std::move(transaction).error();
  version = identify_file_format(session.database(), path_);  // another run may have been first
  if (!version) return std::move(version).error();
  if (auto upgraded = upgrade_tables(session, *version, Dialect::sqlite); !upgraded) return upgraded;
  if (auto marked = mark_file_format(session.database()); !marked) return marked;
  return transaction->commit();
}

Result<Place::Writing> SqlitePlace::open_writing(const std::string& lineage, const std::string& stack, bool expected) {
  auto now = find_file();
  if (!now) return std::move(now).error();
  if (writing_ && *now == file_) return Writing{writing_, false};
  if (writing_ || (expected && !*now)) {
    writing_.reset();
    return changed_meanwhile(path_, "its file was removed or replaced while this run was using it");
  }
  if (!*now) {
    if (auto made = make_file_if_missing(lineage, stack); !made) return std::move(made).error();
    now = identify_file(path_);
    if (!now) return std::move(now).error();
  }
  if (!*now) return changed_meanwhile(path_, "its file was removed while this run was opening it");
  auto database = open_for_writing(path_);
  if (!database) return std::move(database).error();
  auto session = std::make_shared<sqlite::Statements>(*std::move(database));
  if (auto ours = upgrade(*session); !ours) return std::move(ours).error();
  writing_ = std::move(session);
  file_ = **now;
  return Writing{writing_, true};
}

// Every session that this place gives away is of this type.
sqlite::Database& file_of(sql::Session& session) { return static_cast<sqlite::Statements&>(session).database(); }

Result<std::int64_t> SqlitePlace::identify(sql::Session& session) {
  return identify_file_format(file_of(session), path_);
}

void SqlitePlace::look_closer(sql::Session& session, Error& error) {
  auto check = file_of(session).ask("PRAGMA quick_check(1)");
  if (check && *check != "ok") error.context.push_back(fmt::format("checking the file: {}", *check));
}

void SqlitePlace::back_up(sql::Session& session, Serial serial) { keep_backup(file_of(session), path_, serial); }

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const std::string& stack) {
  if (path.empty()) return not_a_state(path, "its path is empty");
  return std::unique_ptr<Store>(std::make_unique<SqlStore>(sqlite_place(path), stack, std::string()));
}

std::unique_ptr<Place> sqlite_place(std::string path) { return std::make_unique<SqlitePlace>(std::move(path)); }

Result<Snapshot> read_file_as_it_is(const std::string& path) {
  auto database = open_for_reading(path);
  if (!database) return std::move(database).error();
  sqlite::Statements session(*std::move(database));
  auto version = identify_file_format(session.database(), path);
  if (!version) return std::move(version).error();
  return read_snapshot(session, path, *version);
}

}  // namespace infra
