// What a store must do, in the simplest way: the model that real stores are compared with.
#pragma once
#include "state/store.h"

namespace infra::test {

class ModelStore : public Store {
 public:
  explicit ModelStore(Snapshot start) : now_(std::move(start)) {}
  Result<Snapshot> load() override;
  Result<std::unique_ptr<StateLock>> lock(const LockHolder& me) override;
  Result<Serial> commit(const std::vector<Mutation>& batch) override;

 private:
  void apply(const PutIntent& m);
  void apply(const DropIntent& m);
  void apply(const PutResource& m);
  void apply(const DeposeResource& m);
  void apply(const DropResource& m);
  void apply(const PutOutputs& m);
  void apply(const PutPlatform& m);
  void apply(const DropPlatform& m);
  void apply(const SetStack& m);
  Snapshot now_;
};

}  // namespace infra::test
