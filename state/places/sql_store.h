// A state in tables, wherever they are: load, leases, commits, history.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "state/places/state_place.h"
#include "state/rows/rows.h"
#include "state/store.h"

namespace infra {

class SqlStore : public Store {
 public:
  // `stack`: the name that a new state gets, and that an existing one must have (E0506); empty: any. `folder`: of the
  // stack, for what can't be written to a distant place; empty: none.
  SqlStore(std::unique_ptr<Place> place, std::string stack, std::string folder);

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
  Listener listen(const Listener& listener) override { return std::exchange(listener_, listener); }
  Result<std::optional<std::string>> set_aside(const std::vector<Mutation>& batch) override;

  // For HeldLease.
  void release(std::uint64_t fence);

 private:
  // What has to hold of a write before it may happen, and how hard it is tried.
  struct Terms {
    bool leased = true;
    std::optional<Serial> serial = {};
    bool patient = false;      // waits for a distant place that doesn't answer
    std::uint64_t number = 0;  // of this run's batches, to see whether it was written already; 0: not kept
  };
  using Work = std::function<Result<Ok>(sql::Session& session, StateHead& head)>;
  // One write transaction; the serial after it. nullopt: not on these terms, because somebody else has committed.
  Result<std::optional<Serial>> write(const Terms& terms, const Work& work);
  Result<std::optional<Serial>> write_with_patience(const Terms& terms, const Work& work);
  // `again`: an attempt before this one ended with a broken connection.
  Result<std::optional<Serial>> write_within(const Terms& terms, const Work& work, bool again = false);
  Result<std::optional<Serial>> write_batch(std::optional<Serial> expected, const std::vector<Mutation>& batch);
  Result<sql::Session*> session_for_writing();
  Result<StateHead> head_for_writing(sql::Session& session);
  Result<Ok> check_lease(sql::Session& session);
  // Something that is read, once more if the connection turns out to be broken. Null: nothing is there yet.
  template <class T>
  Result<T> read(const std::string& during, const std::function<Result<T>(sql::Session* session)>& look);
  Result<Snapshot> read_all(sql::Session& session);
  Snapshot nothing_yet();
  [[nodiscard]] Result<Ok> check_stack(const std::string& recorded) const;
  [[nodiscard]] std::string describe() const;
  // What an earlier run set aside.
  Result<Ok> take_in();
  void say(const std::string& text) const;

  std::unique_ptr<Place> place_;
  std::string stack_;
  std::string folder_;
  std::string lineage_;                 // of the last load; a new state gets what its first load said
  bool recorded_ = false;               // there was a state at the last load or commit
  std::optional<std::uint64_t> fence_;  // of the lease that this run holds
  bool changed_ = false;                // under that lease
  std::string run_;                     // this store, in table `writer`
  std::uint64_t batches_ = 0;
  bool gave_up_ = false;  // the place was waited for to the end once: not again
  Listener listener_;
};

}  // namespace infra
