#include "state/places/sql_store.h"

#include <fmt/format.h>

#include <bit>

#include "base/hash.h"
#include "state/faults.h"
#include "state/files/rescue.h"
#include "state/places/outage.h"
#include "state/rows/history.h"
#include "state/rows/leases.h"
#include "state/rows/table_versions.h"
#include "state/rows/writer.h"

namespace infra {
namespace {

constexpr std::size_t kLineageLength = 20;

class HeldLease : public StateLock {
 public:
  HeldLease(SqlStore& store, std::uint64_t fence) : store_(store), fence_(fence) {}
  HeldLease(const HeldLease&) = delete;
  HeldLease& operator=(const HeldLease&) = delete;
  ~HeldLease() override { store_.release(fence_); }
  [[nodiscard]] std::uint64_t fence() const override { return fence_; }

 private:
  SqlStore& store_;
  std::uint64_t fence_;
};

// Did this batch get through before the connection broke? The serial after it, if so.
Result<std::optional<Serial>> written_already(sql::Session& session, const std::string& run, std::uint64_t number) {
  std::optional<Serial> out;
  auto read = session.each(
      "SELECT serial FROM writer WHERE run = ? AND batch = ?",
      [&](const sql::Row& row) { out = Serial{std::bit_cast<std::uint64_t>(row.integer(0))}; }, run,
      sql::stored(number));
  if (!read) return std::move(read).error();
  return out;
}

Result<Ok> note_written(sql::Session& session, const std::string& run, std::uint64_t number, Serial serial) {
  return session.run(
      "INSERT INTO writer (run, batch, serial) VALUES (?, ?, ?) "
      "ON CONFLICT (run) DO UPDATE SET batch = excluded.batch, serial = excluded.serial",
      run, sql::stored(number), sql::stored(serial.value));
}

}  // namespace

SqlStore::SqlStore(std::unique_ptr<Place> place, std::string stack, std::string folder)
    : place_(std::move(place)),
      stack_(std::move(stack)),
      folder_(std::move(folder)),
      run_(random_token(kLineageLength)) {}

std::string SqlStore::describe() const { return fmt::format("the state \"{}\"", place_->name()); }

void SqlStore::say(const std::string& text) const {
  if (listener_.say) listener_.say(text);
}

Snapshot SqlStore::nothing_yet() {
  recorded_ = false;
  if (lineage_.empty()) lineage_ = random_token(kLineageLength);
  return Snapshot{.lineage = lineage_, .stack = stack_};
}

Result<Ok> SqlStore::check_stack(const std::string& recorded) const {
  if (stack_.empty() || recorded == stack_) return Ok{};
  return other_stack(place_->name(), recorded, stack_);
}

template <class T>
Result<T> SqlStore::read(const std::string& during, const std::function<Result<T>(sql::Session* session)>& look) {
  for (Outage outage(fence_ ? place_->patience() : std::chrono::milliseconds(0), listener_);;) {
    auto session = place_->open_reading();
    auto seen = session ? look(session->get()) : Result<T>(std::move(session).error());
    if (seen || !is_outage(seen.error()) || gave_up_) {
      if (!seen) return std::move(seen).take_error(during);
      return seen;
    }
    // An old connection may have broken long ago: the second attempt makes a new one.
    if (!outage.wait(seen.error())) return std::move(seen).take_error(during);
  }
}

Result<Snapshot> SqlStore::read_all(sql::Session& session) {
  const auto noted = place_->noted();
  auto version = place_->identify(session);
  if (!version) return std::move(version).error();
  auto snapshot = read_snapshot(session, place_->name(), *version);
  if (!snapshot) {
    auto error = std::move(snapshot).error();
    if (error.code == "E0502") place_->look_closer(session, error);
    return error;
  }
  if (noted && noted->lineage == snapshot->lineage && snapshot->serial < noted->serial) {
    return lost_commits(place_->name(), snapshot->serial, noted->serial);
  }
  auto same = check_stack(snapshot->stack);
  if (!same) return std::move(same).error();
  lineage_ = snapshot->lineage;
  recorded_ = true;
  std::erase_if(snapshot->leases, [this](const Lease& lease) { return lease.fence == fence_; });
  return snapshot;
}

Result<Snapshot> SqlStore::load() {
  return read<Snapshot>(fmt::format("loading {}", describe()), [this](sql::Session* session) -> Result<Snapshot> {
    if (session == nullptr) return nothing_yet();
    return read_all(*session);
  });
}

Result<StateVersion> SqlStore::version() {
  const auto look = [this](sql::Session* session) -> Result<StateVersion> {
    if (session == nullptr) return StateVersion{lineage_, Serial{}};
    auto version = place_->identify(*session);
    if (!version) return std::move(version).error();
    auto head = read_head(*session, place_->name(), *version);
    if (!head) return std::move(head).error();
    return StateVersion{head->lineage, head->serial};
  };
  return read<StateVersion>(fmt::format("reading {}", describe()), look);
}

Result<std::vector<Revision>> SqlStore::history() {
  const auto look = [this](sql::Session* session) -> Result<std::vector<Revision>> {
    if (session == nullptr) return std::vector<Revision>();
    auto version = place_->identify(*session);
    if (!version) return std::move(version).error();
    if (*version < 2) return std::vector<Revision>();
    return read_history(*session, place_->name());
  };
  return read<std::vector<Revision>>(fmt::format("reading the history of {}", describe()), look);
}

Result<SourceTexts> SqlStore::sources_of(std::uint64_t revision) {
  const auto look = [&](sql::Session* session) -> Result<SourceTexts> {
    if (session == nullptr) return no_revision(place_->name(), revision, 0);
    return read_sources(*session, place_->name(), revision);
  };
  return read<SourceTexts>(fmt::format("reading the history of {}", describe()), look);
}

Result<sql::Session*> SqlStore::session_for_writing() {
  if (!recorded_ && lineage_.empty()) {
    // Nothing is added to a damaged state, also by those who never looked at it.
    if (auto whole = load(); !whole) return std::move(whole).error();
  }
  auto writing = place_->open_writing(lineage_, stack_, recorded_);
  if (!writing) return std::move(writing).error();
  return writing->session.get();
}

// Inside the transaction: what is recorded now.
Result<StateHead> SqlStore::head_for_writing(sql::Session& session) {
  auto head = read_head(session, place_->name(), kStateVersion);
  if (!head) return head;
  auto same = check_stack(head->stack);
  if (!same) return std::move(same).error();
  return head;
}

// Inside the transaction, which also renews it.
Result<Ok> SqlStore::check_lease(sql::Session& session) {
  if (!fence_) return changed_meanwhile(place_->name(), "this run holds no lease on it");
  auto there = renew_lease(session, *fence_);
  if (!there) return std::move(there).error();
  if (*there) return Ok{};
  fence_.reset();
  return lease_ended(place_->name());
}

Result<std::optional<Serial>> SqlStore::write_within(const Terms& terms, const Work& work, bool again) {
  auto session = session_for_writing();
  if (!session) return std::move(session).error();
  auto transaction = sql::Transaction::begin(**session, sql::Access::write);
  if (!transaction) return std::move(transaction).error();
  auto head = head_for_writing(**session);
  if (!head) return std::move(head).error();
  if (again && terms.number != 0) {
    auto before = written_already(**session, run_, terms.number);
    if (!before || *before) return before;
  }
  if (terms.serial && head->serial != *terms.serial) return std::optional<Serial>();
  if (terms.leased) {
    // Who takes a lease looks again under it; who writes must have looked at this state.
    if (!lineage_.empty() && head->lineage != lineage_) {
      return changed_meanwhile(place_->name(), "another run has made it since this one looked");
    }
    if (auto mine = check_lease(**session); !mine) return std::move(mine).error();
  }
  if (auto done = work(**session, *head); !done) return std::move(done).error();
  if (terms.number != 0) {
    if (auto noted = note_written(**session, run_, terms.number, head->serial); !noted) return std::move(noted).error();
  }
  auto committed = transaction->commit();
  if (!committed) return std::move(committed).error();
  place_->note({head->lineage, head->serial});
  if (!terms.leased) return std::optional(head->serial);
  if (!stack_.empty()) stack_ = head->stack;
  lineage_ = head->lineage;
  recorded_ = true;
  return std::optional(head->serial);
}

Result<std::optional<Serial>> SqlStore::write_with_patience(const Terms& terms, const Work& work) {
  bool again = false;
  for (Outage outage(terms.patient ? place_->patience() : std::chrono::milliseconds(0), listener_);;) {
    auto written = write_within(terms, work, std::exchange(again, true));
    if (written || !is_outage(written.error()) || gave_up_) return written;
    if (outage.wait(written.error())) continue;
    gave_up_ = terms.patient;
    return written;
  }
}

Result<std::optional<Serial>> SqlStore::write(const Terms& terms, const Work& work) {
  const std::string during = fmt::format("writing {}", describe());
  if (terms.leased && !fence_) return changed_meanwhile(place_->name(), "this run holds no lease on it").during(during);
  auto written = write_with_patience(terms, work);
  if (!written) return std::move(written).take_error(during);
  return written;
}

Result<std::unique_ptr<StateLock>> SqlStore::lock(const LockHolder& me, const LeaseScope& scope) {
  std::uint64_t fence = 0;
  auto taken = write_within({.leased = false}, [&](sql::Session& session, StateHead&) -> Result<Ok> {
    auto lease = take_lease(session, place_->name(), me, scope);
    if (!lease) return std::move(lease).error();
    fence = *lease;
    return Ok{};
  });
  if (!taken) {
    if (taken.error().code == "E0501") return std::move(taken).error();
    return std::move(taken).take_error(fmt::format("locking {}", describe()));
  }
  fence_ = fence;
  changed_ = gave_up_ = false;
  std::unique_ptr<StateLock> lease = std::make_unique<HeldLease>(*this, fence);
  if (auto done = take_in(); !done) return std::move(done).error();
  return lease;
}

// What can't be released now ends by itself.
void SqlStore::release(std::uint64_t fence) {
  if (fence_ == fence) fence_.reset();
  if (gave_up_) return;
  static_cast<void>(break_lease(fence));
  if (!std::exchange(changed_, false)) return;
  auto session = place_->open_reading();
  auto now = version();
  if (session && *session && now) place_->back_up(**session, now->serial);
}

Result<bool> SqlStore::break_lease(std::uint64_t fence) {
  bool there = false;
  auto broken = write({.leased = false}, [&](sql::Session& session, StateHead&) -> Result<Ok> {
    auto dropped = drop_lease(session, fence);
    if (!dropped) return std::move(dropped).error();
    there = *dropped;
    return Ok{};
  });
  if (!broken) return std::move(broken).error();
  return there;
}

Result<Ok> SqlStore::renew() {
  auto renewed = write({.patient = true}, [](sql::Session&, StateHead&) -> Result<Ok> { return Ok{}; });
  if (!renewed) return std::move(renewed).error();
  return Ok{};
}

Result<std::uint64_t> SqlStore::begin_revision(const Revision& revision, const SourceTexts& sources) {
  std::uint64_t number = 0;
  auto begun = write({}, [&](sql::Session& session, StateHead&) -> Result<Ok> {
    auto added = add_revision(session, revision, sources);
    if (!added) return std::move(added).error();
    number = *added;
    return Ok{};
  });
  if (!begun) return std::move(begun).error();
  return number;
}

Result<std::optional<Serial>> SqlStore::write_batch(std::optional<Serial> expected,
                                                    const std::vector<Mutation>& batch) {
  const Terms terms{.serial = expected, .patient = true, .number = place_->distant() ? ++batches_ : 0};
  auto written = write(terms, [&](sql::Session& session, StateHead& head) -> Result<Ok> {
    return Writer(session, place_->name()).apply(batch, head);
  });
  if (written && *written) changed_ = true;
  return written;
}

Result<std::optional<Serial>> SqlStore::commit_if(Serial expected, const std::vector<Mutation>& batch) {
  return write_batch(expected, batch);
}

Result<Serial> SqlStore::commit(const std::vector<Mutation>& batch) {
  auto done = write_batch(std::nullopt, batch);
  if (!done) return std::move(done).error();
  return **done;
}

Result<std::optional<std::string>> SqlStore::set_aside(const std::vector<Mutation>& batch) {
  const auto outcomes = outcomes_of(batch);
  if (!place_->distant() || folder_.empty() || outcomes.empty()) return std::optional<std::string>();
  auto path = write_rescue(folder_, {.lineage = lineage_, .state = place_->name(), .outcomes = outcomes});
  if (!path) return std::move(path).error();
  return std::optional(*std::move(path));
}

// An outcome counts only while its intent stands: else the file was taken in before, or another run has found out by
// looking.
Result<Ok> SqlStore::take_in() {
  if (!place_->distant() || folder_.empty()) return Ok{};
  for (const auto& path : find_rescues(folder_)) {
    auto rescue = read_rescue(path);
    if (!rescue) {
      say(fmt::format("{} can't be read ({}): what it holds is found by looking instead", path,
                      rescue.error().message));
      continue;
    }
    if (rescue->lineage != lineage_) continue;
    auto now = load();
    if (!now) return std::move(now).error();
    const auto batch = still_open(rescue->outcomes, now->intents);
    if (!batch.empty()) {
      if (auto done = commit(batch.mutations); !done) return std::move(done).error();
    }
    if (auto removed = remove_rescue(path); !removed) return removed;
    say(batch.empty() ? fmt::format("{} held nothing that isn't recorded by now, and was removed", path)
                      : fmt::format("took in {}: {} that an earlier run couldn't record", path, batch.words()));
  }
  return Ok{};
}

}  // namespace infra
