// A process that may die: a store and a platform that ask Fate before and after everything that lasts.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "providers/provider.h"
#include "state/store.h"
#include "tests/apply/fate.h"

namespace infra::test {

class MortalStore : public Store {
 public:
  MortalStore(std::unique_ptr<Store> store, Fate& fate) : store_(std::move(store)), fate_(fate) {}
  Result<Snapshot> load() override { return store_->load(); }
  using Store::lock;
  Result<std::unique_ptr<StateLock>> lock(const LockHolder& me, const LeaseScope& scope) override;
  [[nodiscard]] std::uint64_t fence() const override { return store_->fence(); }
  Result<Serial> commit(const std::vector<Mutation>& batch) override;
  Result<std::optional<Serial>> commit_if(Serial expected, const std::vector<Mutation>& batch) override;
  Result<StateVersion> version() override { return store_->version(); }
  Result<Ok> renew() override { return store_->renew(); }
  Result<bool> break_lease(std::uint64_t fence) override { return store_->break_lease(fence); }
  Result<std::uint64_t> begin_revision(const Revision& revision, const SourceTexts& sources) override;
  Result<std::vector<Revision>> history() override { return store_->history(); }
  Result<SourceTexts> sources_of(std::uint64_t revision) override { return store_->sources_of(revision); }

 private:
  std::unique_ptr<Store> store_;
  Fate& fate_;
};

// How many objects were made at an address.
using Made = std::map<std::string, int>;

// What another platform is, with calls that may take effect and never answer. `made` counts those that took effect.
std::shared_ptr<const Platform> mortal(std::shared_ptr<const Platform> platform, Fate& fate, Made& made);

}  // namespace infra::test
