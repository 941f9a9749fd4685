#include "base/values/codec.h"
#include "providers/engine/engine_types.h"

namespace infra::engine {

std::optional<Value> recorded_attribute(std::string_view kind, std::string_view attribute,
                                        const std::vector<RecordedPart>& parts) {
  if (kind != "service" || attribute != "desired") return std::nullopt;
  for (const auto& part : parts) {
    if (part.part != "tasks") continue;
    const auto inputs = from_json(part.inputs);
    if (inputs && (*inputs)["desired"].integer() != nullptr) return (*inputs)["desired"];
  }
  return std::nullopt;
}

}  // namespace infra::engine
