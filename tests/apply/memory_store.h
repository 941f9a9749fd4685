// A store in memory that can fail, and can let its process die around a commit.
#pragma once
#include <set>
#include <vector>

#include "state/store.h"
#include "tests/apply/fate.h"
#include "tests/support/plain_store.h"

namespace infra::test {

class MemoryStore : public PlainStore {
 public:
  explicit MemoryStore(Fate& fate);
  Result<Snapshot> load() override { return now_; }
  Result<Serial> commit(const std::vector<Mutation>& batch) override;

  Snapshot now_;
  std::vector<std::vector<Mutation>> batches;  // that were committed
  std::set<int> fails_at;                      // which commits fail, counted from 1
  bool always_fails = false;
  int asked = 0;

 private:
  Fate& fate_;
};

}  // namespace infra::test
