// What a Platform may be beside Platform: one where some of what a declaration doesn't say is decided when it is first
// applied, and stays so.
#pragma once
#include <string_view>
#include <vector>

namespace infra {

class KeepsAttributes {
 public:
  virtual ~KeepsAttributes() = default;
  // Attributes of a kind that have the value of Platform::recorded_attribute from then on, as if they stood in
  // `ignore`. They are the platform's own: no declaration has them.
  [[nodiscard]] virtual std::vector<std::string_view> kept_attributes(std::string_view kind) const = 0;
};

}  // namespace infra
