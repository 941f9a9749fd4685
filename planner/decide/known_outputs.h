// The outputs of objects as far as a plan may rely on them.
#pragma once
#include <optional>
#include <vector>

#include "planner/draft.h"

namespace infra {

class KnownOutputs {
 public:
  explicit KnownOutputs(Draft& draft) : draft_(draft), key_(draft.input.hash_key()), cache_(draft.slots.all.size()) {}
  // Of a slot that was decided. Null: nothing of it is known before it is made.
  const Value* find(std::size_t slot);
  const Value* find(const Address& part);

 private:
  Value of_recorded(std::size_t slot);
  [[nodiscard]] Value lasting(std::size_t slot, const Value& outputs) const;
  Draft& draft_;
  const HashKey key_;
  std::vector<std::optional<Value>> cache_;
};

// The Map of a recorded row's `inputs` or `outputs`. E0502 if it can't be read.
Value decode_record(const std::string& json, const Address& address, Diagnostics& diagnostics);

}  // namespace infra
