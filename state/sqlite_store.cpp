#include "state/sqlite_store.h"

#include <fmt/format.h>

#include "base/hash.h"
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
  struct Writing {
    SqliteWriter writer;
    FileIdentity file;
  };
  [[nodiscard]] Result<std::optional<FileIdentity>> find_file() const;
  Result<Snapshot> read(sqlite::Database& database);
  Result<Ok> open_writing();
  Result<StateHead> head_for_writing();
  Snapshot nothing_yet();
  Result<Ok> check_stack(const std::string& recorded) const;
  [[nodiscard]] std::string describe() const { return fmt::format("the state \"{}\"", path_); }

  std::string path_;
  std::string stack_;
  std::string lineage_;               // of the last load; a new state gets what its first load said
  bool recorded_ = false;             // there was a state at the last load or commit
  std::optional<Writing> writing_;    // from the first commit on
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

Snapshot SqliteStore::nothing_yet() {
  recorded_ = false;
  if (lineage_.empty()) lineage_ = random_token(kLineageLength);
  return Snapshot{.lineage = lineage_, .stack = stack_};
}

Result<Ok> SqliteStore::check_stack(const std::string& recorded) const {
  if (stack_.empty() || recorded == stack_) return Ok{};
  return other_stack(path_, recorded, stack_);
}

Result<std::optional<FileIdentity>> SqliteStore::find_file() const {
  auto now = identify_file(path_);
  if (now && !*now && has_unmerged_log(path_)) {
    return damaged_state(path_, fmt::format("the file is gone, but not its log \"{}-wal\"", path_));
  }
  return now;
}

Result<Snapshot> SqliteStore::read(sqlite::Database& database) {
  auto ours = identify_state(database, path_);
  if (!ours) return std::move(ours).error();
  auto snapshot = read_snapshot(database, path_);
  if (!snapshot) return snapshot;
  auto same = check_stack(snapshot->stack);
  if (!same) return std::move(same).error();
  lineage_ = snapshot->lineage;
  recorded_ = true;
  return snapshot;
}

Result<Snapshot> SqliteStore::load() {
  const std::string during = fmt::format("loading {}", describe());
  auto now = find_file();
  if (!now) return std::move(now).take_error(during);
  // Another file at the path (restored from a backup) is opened anew.
  if (writing_ && *now != writing_->file) writing_.reset();
  if (!*now) return nothing_yet();
  auto database = writing_ ? writing_->writer.database() : open_for_reading(path_);
  if (!database) return std::move(database).take_error(during);
  auto snapshot = read(*database);
  if (!snapshot) return std::move(snapshot).take_error(during);
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
  auto now = find_file();
  if (!now) return std::move(now).error();
  if (writing_ && *now == writing_->file) return Ok{};
  if (writing_ || (recorded_ && !*now)) {
    writing_.reset();
    return changed_meanwhile(path_, "its file was removed or replaced while this run was using it");
  }
  if (!*now) {
    auto fresh = nothing_yet();
    auto made = make_state_file(path_, fresh.lineage, fresh.stack);
    if (!made) return made;
    now = identify_file(path_);
    if (!now) return std::move(now).error();
  }
  if (!*now) return changed_meanwhile(path_, "its file was removed while this run was opening it");
  auto database = open_for_writing(path_);
  if (!database) return std::move(database).error();
  auto ours = identify_state(*database, path_);
  if (!ours) return ours;
  if (!recorded_ && lineage_.empty()) {  // nothing is added to a damaged state, also by those who never looked at it
    auto whole = read(*database);
    if (!whole) return std::move(whole).error();
  }
  writing_.emplace(Writing{.writer = {*std::move(database), path_}, .file = **now});
  return Ok{};
}

// Inside the transaction: what the file says now.
Result<StateHead> SqliteStore::head_for_writing() {
  auto head = read_head(writing_->writer.database(), path_);
  if (!head) return head;
  if (!lineage_.empty() && head->lineage != lineage_) {
    return changed_meanwhile(path_, "another run has made it since this one looked");
  }
  auto same = check_stack(head->stack);
  if (!same) return std::move(same).error();
  return head;
}

Result<Serial> SqliteStore::commit(const std::vector<Mutation>& batch) {
  const std::string during = fmt::format("writing {}", describe());
  if (locked_.expired()) return changed_meanwhile(path_, "this run doesn't hold its lock").during(during);
  auto opened = open_writing();
  if (!opened) return std::move(opened).take_error(during);
  auto transaction = sqlite::Transaction::begin(writing_->writer.database(), true);
  if (!transaction) return std::move(transaction).take_error(during);
  auto head = head_for_writing();
  if (!head) return std::move(head).take_error(during);
  auto applied = writing_->writer.apply(batch, *head);
  if (!applied) return std::move(applied).take_error(during);
  auto committed = transaction->commit();
  if (!committed) return std::move(committed).take_error(during);
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
