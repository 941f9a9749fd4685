// What was recorded of objects beside their inputs, for providers whose objects are told apart by it: which revision of
// a task definition is the stack's own, which version of a secret. Beside the border of provider.h: most need none of
// it.
#pragma once
#include <string_view>
#include <vector>

namespace infra {

struct RecordedOutputs {
  std::string_view id;       // of the object
  std::string_view outputs;  // lossless JSON; both are views of the record, which outlives the call
};

class KnowsOutputs {
 public:
  virtual ~KnowsOutputs() = default;
  // Once it is opened and before each observe; of all that is recorded on this platform.
  virtual void know_outputs(const std::vector<RecordedOutputs>& recorded) = 0;
};

}  // namespace infra
