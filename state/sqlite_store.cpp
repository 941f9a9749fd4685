#include "state/sqlite_store.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "state/checksum.h"
#include "state/faults.h"
#include "state/file_lock.h"
#include "state/sqlite_rows.h"
#include "state/sqlite_schema.h"
#include "state/sqlite_writer.h"
#include "state/state_file.h"

namespace infra {
namespace {

constexpr std::size_t kLineageLength = 20;

class SqliteStore : public Store {
 public:
  SqliteStore(std::string path, std::string stack) : path_(std::move(path)), stack_(std::move(stack)) {}

  Result<Snapshot> load() override;
  Result<std::unique_ptr<StateLock>> lock(const LockHolder& me) override;
  Result<Serial> commit(const std::vector<Mutation>& batch) override;

 private:
  struct Connection {
    sqlite::Database database;
    FileIdentity file;
    bool writable = false;
    std::unique_ptr<SqliteWriter> writer = nullptr;  // once the tables exist
  };
  Result<bool> open_reading();
  Result<Ok> open_writing();
  Result<StateHead> head_for_writing();
  Result<Snapshot> nothing_yet();
  Result<Ok> check_stack(const std::string& recorded) const;
  [[nodiscard]] std::string describe() const { return fmt::format("the state \"{}\"", path_); }

  std::string path_;
  std::string stack_;
  std::string lineage_;    // of the last load; a new state gets what its first load said
  bool recorded_ = false;  // there was a state at the last load or commit
  // One for both: whoever closes the file last must be able to merge SQLite's log into it.
  std::optional<Connection> connection_;
  std::weak_ptr<const bool> locked_;  // alive while this run holds the lock
};

// The file's lock, and the store's knowledge of it.
class HeldLock : public StateLock {
 public:
  HeldLock(std::unique_ptr<StateLock> file, std::shared_ptr<const bool> held)
      : file_(std::move(file)), held_(std::move(held)) {}

 private:
  std::unique_ptr<StateLock> file_;
  std::shared_ptr<const bool> held_;
};

// Another file at the path (restored from a backup, removed by hand) is opened anew. false: there is none.
Result<bool> SqliteStore::open_reading() {
  auto now = identify_file(path_);
  if (!now) return std::move(now).error();
  if (*now && connection_ && connection_->file == **now) return true;
  connection_.reset();
  if (!*now) return false;
  auto database = open_for_reading(path_);
  if (!database) return std::move(database).error();
  connection_.emplace(Connection{.database = *std::move(database), .file = **now});
  return true;
}

Result<Snapshot> SqliteStore::nothing_yet() {
  recorded_ = false;
  if (lineage_.empty()) lineage_ = random_token(kLineageLength);
  return Snapshot{.lineage = lineage_, .stack = stack_};
}

Result<Ok> SqliteStore::check_stack(const std::string& recorded) const {
  if (stack_.empty() || recorded == stack_) return Ok{};
  return other_stack(path_, recorded, stack_);
}

Result<Snapshot> SqliteStore::load() {
  const std::string during = fmt::format("loading {}", describe());
  auto exists = open_reading();
  if (!exists) return std::move(exists).take_error(during);
  if (!*exists) return nothing_yet();
  auto what = identify_state(connection_->database, path_);
  if (!what) return std::move(what).take_error(during);
  if (*what == StateFile::empty) return nothing_yet();
  auto snapshot = read_snapshot(connection_->database, path_);
  if (!snapshot) return std::move(snapshot).take_error(during);
  auto same = check_stack(snapshot->stack);
  if (!same) return std::move(same).error();
  lineage_ = snapshot->lineage;
  recorded_ = true;
  return snapshot;
}

Result<std::unique_ptr<StateLock>> SqliteStore::lock(const LockHolder& me) {
  auto folder = make_private_folder(path_);
  if (!folder) return std::move(folder).take_error(fmt::format("locking {}", describe()));
  auto file = lock_file(path_ + ".lock", describe(), me);
  if (!file) return std::move(file).error();
  auto held = std::make_shared<const bool>(true);
  locked_ = held;
  return std::unique_ptr<StateLock>(std::make_unique<HeldLock>(*std::move(file), std::move(held)));
}

Result<Ok> SqliteStore::open_writing() {
  auto now = identify_file(path_);
  if (!now) return std::move(now).error();
  const bool writable = connection_ && connection_->writable;
  if (writable && *now == connection_->file) return Ok{};
  connection_.reset();
  if (writable || (recorded_ && !*now)) {
    return changed_meanwhile(path_, "its file was removed or replaced while this run was using it");
  }
  auto folder = make_private_folder(path_);
  if (!folder) return folder;
  auto database = open_for_writing(path_);
  if (!database) return std::move(database).error();
  now = identify_file(path_);
  if (!now) return std::move(now).error();
  if (!*now) return changed_meanwhile(path_, "its file was removed while this run was opening it");
  connection_.emplace(Connection{.database = *std::move(database), .file = **now, .writable = true});
  return Ok{};
}

// Inside the transaction: what the file says now, or the head of a state that is made by this commit.
Result<StateHead> SqliteStore::head_for_writing() {
  auto& database = connection_->database;
  auto what = identify_state(database, path_);
  if (!what) return std::move(what).error();
  if (*what == StateFile::ours) {
    auto head = read_head(database, path_);
    if (!head) return head;
    if (!lineage_.empty() && head->lineage != lineage_) {
      return changed_meanwhile(path_, "another run has made it since this one looked");
    }
    auto same = check_stack(head->stack);
    if (!same) return std::move(same).error();
    return head;
  }
  if (recorded_) return changed_meanwhile(path_, "its file was emptied while this run was using it");
  auto made = create_state_tables(database);
  if (!made) return std::move(made).error();
  auto fresh = nothing_yet();
  return StateHead{.lineage = fresh->lineage,
                   .stack = fresh->stack,
                   .sum = checksum_of_head(fresh->lineage, fresh->stack, fresh->serial)};
}

Result<Serial> SqliteStore::commit(const std::vector<Mutation>& batch) {
  const std::string during = fmt::format("writing {}", describe());
  if (locked_.expired()) return changed_meanwhile(path_, "this run doesn't hold its lock").during(during);
  auto opened = open_writing();
  if (!opened) return std::move(opened).take_error(during);
  auto transaction = sqlite::Transaction::begin(connection_->database, true);
  if (!transaction) return std::move(transaction).take_error(during);
  auto head = head_for_writing();
  if (!head) return std::move(head).take_error(during);
  // Statements of tables that a rolled back transaction made would be useless: kept only after the commit.
  auto writer = std::move(connection_->writer);
  if (!writer) {
    auto prepared = SqliteWriter::open(connection_->database, path_);
    if (!prepared) return std::move(prepared).take_error(during);
    writer = *std::move(prepared);
  }
  auto applied = writer->apply(batch, *head);
  if (!applied) return std::move(applied).take_error(during);
  auto committed = transaction->commit();
  if (!committed) return std::move(committed).take_error(during);
  connection_->writer = std::move(writer);
  if (!stack_.empty()) stack_ = head->stack;
  lineage_ = head->lineage;
  recorded_ = true;
  return head->serial;
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const std::string& stack) {
  if (path.empty()) return not_a_state(path, "its path is empty");
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(path, stack));
}

}  // namespace infra
