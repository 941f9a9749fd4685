// The recorded state while a run changes it: what the store holds, in memory, indexed. Applies the same mutations that
// are committed, so that later steps see what earlier ones made.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "state/state.h"
#include "state/store.h"

namespace infra {

class Ledger {
 public:
  // `hash_secret`: see base/hash.h HashKey.
  explicit Ledger(Snapshot snapshot, std::string hash_secret = {});

  void apply(const Mutation& mutation);
  void apply(const std::vector<Mutation>& batch);
  // Outputs as the provider returned them. The record holds hashes where they hold secrets, so that only the run that
  // made an object can pass them on.
  void remember_outputs(const Address& address, Value outputs);
  void set_serial(Serial serial) { base_.serial = serial; }

  [[nodiscard]] Serial serial() const { return base_.serial; }
  // The record as it stands by now, after somebody else has changed other parts of it.
  void take_over(Snapshot snapshot);
  [[nodiscard]] const HashKey& hash_key() const { return hash_key_; }
  [[nodiscard]] const std::string& stack() const { return base_.stack; }
  [[nodiscard]] const std::string& lineage() const { return base_.lineage; }
  // All rows of a declaration, sorted by address.
  [[nodiscard]] std::vector<RecordedResource> rows_of(const Address& owner) const;
  // Of a service ("service.api"), or nullptr. Valid until the next apply().
  [[nodiscard]] const RecordedDeployment* deployment(std::string_view service) const;
  // The row that isn't deposed, or nullptr. Pointers are valid until the next apply().
  [[nodiscard]] const RecordedResource* current(const Address& address) const;
  [[nodiscard]] const RecordedResource* object(const Address& address, std::string_view id) const;
  // Outputs of the current row, or nullptr if there is none. Decoded when first asked for.
  [[nodiscard]] const Value* outputs(const Address& address);
  // Does a recorded object live on this platform, or may one (an intent that isn't settled)?
  [[nodiscard]] bool uses(std::string_view platform) const;
  // Anything but marks of orphans?
  [[nodiscard]] bool has_resources() const;
  [[nodiscard]] const std::vector<RecordedOutput>& recorded_outputs() const { return base_.outputs; }
  [[nodiscard]] const std::vector<RecordedPlatform>& platforms() const { return base_.platforms; }
  // Everything, sorted as a store would load it.
  [[nodiscard]] Snapshot snapshot() const;

 private:
  void index_rows();
  void put(const RecordedResource& row);
  void depose(const Address& address);
  void drop(const Address& address, std::string_view id);

  HashKey hash_key_;
  Snapshot base_;  // all but resources and intents
  std::unordered_map<Address, std::vector<RecordedResource>, AddressHash> rows_;
  std::unordered_map<Address, std::set<Address>, AddressHash> parts_;  // of each declaration; some may be gone again
  std::map<std::string, Intent> intents_;
  std::map<std::string, std::size_t, std::less<>> users_;  // platform → rows
  std::unordered_map<Address, Value, AddressHash> outputs_;
};

}  // namespace infra
