// What a store must do, in the simplest way: the model that real stores are compared with.
#pragma once
#include "state/store.h"
#include "tests/support/plain_store.h"

namespace infra::test {

class ModelStore : public PlainStore {
 public:
  explicit ModelStore(Snapshot start) : now_(std::move(start)) {}
  Result<Snapshot> load() override;
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
  void apply(const SetLineage& m);
  void apply(const SetHashKey& m);
  void apply(const PutSecret& m);
  void apply(const DropSecret& m);
  void apply(const PutDeployment& m);
  void apply(const DropDeployment& m);
  void apply(const PutNote& m);
  void apply(const DropNote& m);
  void apply(const PutRevision& m);
  Snapshot now_;
};

}  // namespace infra::test
