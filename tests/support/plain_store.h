// What stores in memory have in common: leases and history without rules, for tests of something else.
#pragma once
#include "state/store.h"

namespace infra::test {

class PlainStore : public Store {
 public:
  using Store::lock;
  Result<std::unique_ptr<StateLock>> lock(const LockHolder&, const LeaseScope&) override {
    return std::make_unique<StateLock>();
  }
  Result<std::optional<Serial>> commit_if(Serial expected, const std::vector<Mutation>& batch) override {
    auto now = version();
    if (!now) return std::move(now).error();
    if (now->serial != expected) return std::optional<Serial>();
    auto done = commit(batch);
    if (!done) return std::move(done).error();
    return std::optional(*done);
  }
  Result<StateVersion> version() override {
    auto now = load();
    if (!now) return std::move(now).error();
    return StateVersion{now->lineage, now->serial};
  }
  [[nodiscard]] std::uint64_t fence() const override { return 0; }
  Result<Ok> renew() override { return Ok{}; }
  Result<bool> break_lease(std::uint64_t) override { return false; }
  Result<std::uint64_t> begin_revision(const Revision& revision, const SourceTexts& sources) override {
    revisions.push_back(revision);
    revisions.back().number = revisions.size();
    texts.insert(sources.begin(), sources.end());
    return revisions.size();
  }
  Result<std::vector<Revision>> history() override { return revisions; }
  Result<SourceTexts> sources_of(std::uint64_t) override { return texts; }

  std::vector<Revision> revisions;
  SourceTexts texts;

 protected:
  void put(const PutRevision& mutation) { revisions.at(mutation.revision.number - 1) = mutation.revision; }
};

}  // namespace infra::test
