#include "state/sqlite_store.h"

#include <fmt/format.h>

#include <functional>

#include "base/hash.h"
#include "state/faults.h"
#include "state/file_lock.h"
#include "state/sqlite_history.h"
#include "state/sqlite_leases.h"
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
  using Store::lock;
  [[nodiscard]] std::uint64_t fence() const override { return fence_.value_or(0); }
  Result<std::unique_ptr<StateLock>> lock(const LockHolder& me, const LeaseScope& scope) override;
  Result<Serial> commit(const std::vector<Mutation>& batch) override;
  Result<std::optional<Serial>> commit_if(Serial expected, const std::vector<Mutation>& batch) override;
  Result<StateVersion> version() override;
  Result<Ok> renew() override;
  Result<bool> break_lease(std::uint64_t fence) override;
  Result<std::uint64_t> begin_revision(const Revision& revision, const SourceTexts& sources) override;
  Result<std::vector<Revision>> history() override;
  Result<SourceTexts> sources_of(std::uint64_t revision) override;

  // For HeldLease.
  void release(std::uint64_t fence);

 private:
  struct Writing {
    SqliteWriter writer;
    FileIdentity file;
  };
  // What has to hold of a write before it may happen.
  struct Terms {
    bool leased = true;  // this run holds a lease, and knows the state that it writes to
    std::optional<Serial> serial = {};
  };
  using Work = std::function<Result<Ok>(StateHead& head)>;
  // One write transaction. False: not on these terms, because somebody else has committed.
  Result<bool> write(const Terms& terms, const Work& work);
  Result<bool> write_within(const Terms& terms, const Work& work);
  Result<Ok> check_lease();
  // A connection that can read, if there is a state.
  Result<std::optional<sqlite::Database>> open_reading();
  Result<Ok> make_file_if_missing();
  [[nodiscard]] Result<std::optional<FileIdentity>> find_file() const;
  Result<Snapshot> read(sqlite::Database& database);
  Result<Ok> upgrade(sqlite::Database& database);
  Result<Ok> open_writing();
  Result<StateHead> head_for_writing(bool known);
  Snapshot nothing_yet();
  Result<Ok> check_stack(const std::string& recorded) const;
  [[nodiscard]] std::string describe() const { return fmt::format("the state \"{}\"", path_); }

  std::string path_;
  std::string stack_;
  std::string lineage_;                 // of the last load; a new state gets what its first load said
  bool recorded_ = false;               // there was a state at the last load or commit
  std::optional<Writing> writing_;      // from the first write on
  std::optional<std::uint64_t> fence_;  // of the lease that this run holds
};

class HeldLease : public StateLock {
 public:
  HeldLease(SqliteStore& store, std::uint64_t fence) : store_(store), fence_(fence) {}
  HeldLease(const HeldLease&) = delete;
  HeldLease& operator=(const HeldLease&) = delete;
  ~HeldLease() override { store_.release(fence_); }
  [[nodiscard]] std::uint64_t fence() const override { return fence_; }

 private:
  SqliteStore& store_;
  std::uint64_t fence_;
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
  auto version = identify_state(database, path_);
  if (!version) return std::move(version).error();
  auto snapshot = read_snapshot(database, path_, *version);
  if (!snapshot) return snapshot;
  auto same = check_stack(snapshot->stack);
  if (!same) return std::move(same).error();
  lineage_ = snapshot->lineage;
  recorded_ = true;
  std::erase_if(snapshot->leases, [this](const Lease& lease) { return lease.fence == fence_; });
  return snapshot;
}

Result<std::optional<sqlite::Database>> SqliteStore::open_reading() {
  auto now = find_file();
  if (!now) return std::move(now).error();
  // Another file at the path (restored from a backup) is opened anew.
  if (writing_ && *now != writing_->file) writing_.reset();
  if (!*now) return std::optional<sqlite::Database>();
  if (writing_) return std::optional(writing_->writer.database());
  auto database = open_for_reading(path_);
  if (!database) return std::move(database).error();
  return std::optional(*std::move(database));
}

Result<Snapshot> SqliteStore::load() {
  const std::string during = fmt::format("loading {}", describe());
  auto database = open_reading();
  if (!database) return std::move(database).take_error(during);
  if (!*database) return nothing_yet();
  auto snapshot = read(**database);
  if (!snapshot) return std::move(snapshot).take_error(during);
  return snapshot;
}

Result<std::vector<Revision>> SqliteStore::history() {
  const std::string during = fmt::format("reading the history of {}", describe());
  auto database = open_reading();
  if (!database) return std::move(database).take_error(during);
  if (!*database) return std::vector<Revision>();
  auto version = identify_state(**database, path_);
  if (!version) return std::move(version).take_error(during);
  if (*version < 2) return std::vector<Revision>();
  auto revisions = read_history(**database, path_);
  if (!revisions) return std::move(revisions).take_error(during);
  return revisions;
}

Result<SourceTexts> SqliteStore::sources_of(std::uint64_t revision) {
  const std::string during = fmt::format("reading the history of {}", describe());
  auto database = open_reading();
  if (!database) return std::move(database).take_error(during);
  if (!*database) return no_revision(path_, revision, 0);
  auto sources = read_sources(**database, path_, revision);
  if (!sources) return std::move(sources).take_error(during);
  return sources;
}

Result<Ok> SqliteStore::make_file_if_missing() {
  auto folder = make_private_folder(path_);
  if (!folder) return folder;
  auto lock = FileLock::take(path_ + ".lock");
  if (!lock) return std::move(lock).error();
  auto now = find_file();
  if (!now) return std::move(now).error();
  if (*now) return Ok{};
  auto fresh = nothing_yet();
  return make_state_file(path_, fresh.lineage, fresh.stack);
}

// Each step in the tables is one transaction, and waits for other writers.
Result<Ok> SqliteStore::upgrade(sqlite::Database& database) {
  auto version = identify_state(database, path_);
  if (!version) return std::move(version).error();
  if (*version == kStateVersion) return Ok{};
  auto transaction = sqlite::Transaction::begin(database, true);
  if (!transaction) return std::move(transaction).error();
  version = identify_state(database, path_);  // another run may have been first
  if (!version) return std::move(version).error();
  auto upgraded = upgrade_state_tables(database, *version);
  if (!upgraded) return upgraded;
  return transaction->commit();
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
    if (auto made = make_file_if_missing(); !made) return made;
    now = identify_file(path_);
    if (!now) return std::move(now).error();
  }
  if (!*now) return changed_meanwhile(path_, "its file was removed while this run was opening it");
  auto database = open_for_writing(path_);
  if (!database) return std::move(database).error();
  if (!recorded_ && lineage_.empty()) {  // nothing is added to a damaged state, also by those who never looked at it
    auto whole = read(*database);
    if (!whole) return std::move(whole).error();
  }
  auto ours = upgrade(*database);
  if (!ours) return ours;
  writing_.emplace(Writing{.writer = {*std::move(database), path_}, .file = **now});
  return Ok{};
}

// Inside the transaction: what the file says now.
Result<StateHead> SqliteStore::head_for_writing(bool known) {
  auto head = read_head(writing_->writer.database(), path_, kStateVersion);
  if (!head) return head;
  if (known && !lineage_.empty() && head->lineage != lineage_) {
    return changed_meanwhile(path_, "another run has made it since this one looked");
  }
  auto same = check_stack(head->stack);
  if (!same) return std::move(same).error();
  return head;
}

// Inside the transaction. Now and then it is renewed there, which costs no further one.
Result<Ok> SqliteStore::check_lease() {
  if (!fence_) return changed_meanwhile(path_, "this run holds no lease on it");
  auto there = renew_lease(writing_->writer.statements(), *fence_);
  if (!there) return std::move(there).error();
  if (*there) return Ok{};
  fence_.reset();
  return lease_ended(path_);
}

Result<bool> SqliteStore::write_within(const Terms& terms, const Work& work) {
  auto opened = open_writing();
  if (!opened) return std::move(opened).error();
  auto transaction = sqlite::Transaction::begin(writing_->writer.database(), true);
  if (!transaction) return std::move(transaction).error();
  auto head = head_for_writing(terms.leased);
  if (!head) return std::move(head).error();
  if (terms.serial && head->serial != *terms.serial) return false;
  if (terms.leased) {
    if (auto mine = check_lease(); !mine) return std::move(mine).error();
  }
  if (auto done = work(*head); !done) return std::move(done).error();
  auto committed = transaction->commit();
  if (!committed) return std::move(committed).error();
  if (!stack_.empty()) stack_ = head->stack;
  // Who takes a lease on a state that it never looked at has to look first: until then its commits are refused.
  if (terms.leased || lineage_.empty()) lineage_ = head->lineage;
  recorded_ = true;
  return true;
}

Result<bool> SqliteStore::write(const Terms& terms, const Work& work) {
  if (terms.leased && !fence_) {
    return changed_meanwhile(path_, "this run holds no lease on it").during(fmt::format("writing {}", describe()));
  }
  auto written = write_within(terms, work);
  if (!written) return std::move(written).take_error(fmt::format("writing {}", describe()));
  return written;
}

Result<std::unique_ptr<StateLock>> SqliteStore::lock(const LockHolder& me, const LeaseScope& scope) {
  std::uint64_t fence = 0;
  auto taken = write_within({.leased = false}, [&](StateHead&) -> Result<Ok> {
    auto lease = take_lease(writing_->writer.statements(), path_, me, scope);
    if (!lease) return std::move(lease).error();
    fence = *lease;
    return Ok{};
  });
  if (!taken) {
    if (taken.error().code == "E0501") return std::move(taken).error();
    return std::move(taken).take_error(fmt::format("locking {}", describe()));
  }
  fence_ = fence;
  return std::unique_ptr<StateLock>(std::make_unique<HeldLease>(*this, fence));
}

// What can't be released now ends by itself.
void SqliteStore::release(std::uint64_t fence) {
  if (fence_ == fence) fence_.reset();
  static_cast<void>(break_lease(fence));
}

Result<bool> SqliteStore::break_lease(std::uint64_t fence) {
  bool there = false;
  auto broken = write({.leased = false}, [&](StateHead&) -> Result<Ok> {
    auto dropped = drop_lease(writing_->writer.statements(), fence);
    if (!dropped) return std::move(dropped).error();
    there = *dropped;
    return Ok{};
  });
  if (!broken) return std::move(broken).error();
  return there;
}

Result<StateVersion> SqliteStore::version() {
  const std::string during = fmt::format("reading {}", describe());
  auto database = open_reading();
  if (!database) return std::move(database).take_error(during);
  if (!*database) {
    auto nothing = nothing_yet();
    return StateVersion{.lineage = nothing.lineage, .serial = nothing.serial};
  }
  auto version = identify_state(**database, path_);
  if (!version) return std::move(version).take_error(during);
  auto head = read_head(**database, path_, *version);
  if (!head) return std::move(head).take_error(during);
  return StateVersion{.lineage = head->lineage, .serial = head->serial};
}

Result<Ok> SqliteStore::renew() {
  auto renewed = write({}, [](StateHead&) -> Result<Ok> { return Ok{}; });
  if (!renewed) return std::move(renewed).error();
  return Ok{};
}

Result<std::uint64_t> SqliteStore::begin_revision(const Revision& revision, const SourceTexts& sources) {
  std::uint64_t number = 0;
  auto begun = write({}, [&](StateHead&) -> Result<Ok> {
    auto added = add_revision(writing_->writer.statements(), revision, sources);
    if (!added) return std::move(added).error();
    number = *added;
    return Ok{};
  });
  if (!begun) return std::move(begun).error();
  return number;
}

Result<std::optional<Serial>> SqliteStore::commit_if(Serial expected, const std::vector<Mutation>& batch) {
  Serial serial;
  auto done = write({.serial = expected}, [&](StateHead& head) -> Result<Ok> {
    auto applied = writing_->writer.apply(batch, head);
    serial = head.serial;
    return applied;
  });
  if (!done) return std::move(done).error();
  return *done ? std::optional(serial) : std::nullopt;
}

Result<Serial> SqliteStore::commit(const std::vector<Mutation>& batch) {
  Serial serial;
  auto done = write({}, [&](StateHead& head) -> Result<Ok> {
    auto applied = writing_->writer.apply(batch, head);
    serial = head.serial;
    return applied;
  });
  if (!done) return std::move(done).error();
  return serial;
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const std::string& stack) {
  if (path.empty()) return not_a_state(path, "its path is empty");
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(path, stack));
}

}  // namespace infra
