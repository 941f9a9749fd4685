// What a Platform may be beside Platform: one where others write outputs of an object after it was made, such as the
// controller that gives a Gateway its address.
#pragma once
#include <string_view>

namespace infra {

class HasLateOutputs {
 public:
  virtual ~HasLateOutputs() = default;
  // May this output of a type come, or become another, without a change of its object? Every plan then takes over what
  // is seen of it. One that is empty isn't there yet.
  [[nodiscard]] virtual bool is_late(std::string_view type, std::string_view output) const = 0;
};

}  // namespace infra
