#include "tests/apply/memory_store.h"

#include "apply/execute/ledger.h"

namespace infra::test {

MemoryStore::MemoryStore(Fate& fate) : fate_(fate) { now_.lineage = "lineage-of-this-test"; }

Result<Serial> MemoryStore::commit(const std::vector<Mutation>& batch) {
  ++asked;
  if (always_fails || fails_at.contains(asked)) {
    return Error{.code = "E0504", .message = "no space left", .help = "free some"};
  }
  fate_.moment();
  Ledger ledger(now_);
  ledger.apply(batch);
  now_ = ledger.snapshot();
  for (const auto& mutation : batch) {
    if (const auto* revision = std::get_if<PutRevision>(&mutation)) put(*revision);
  }
  ++now_.serial.value;
  batches.push_back(batch);
  fate_.moment();
  return now_.serial;
}

}  // namespace infra::test
