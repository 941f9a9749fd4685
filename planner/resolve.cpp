#include "planner/planner.h"
#include "planner/rewrite.h"

namespace infra {

Value resolve(const Value& inputs, const std::function<const Value*(const Address&)>& find,
              std::vector<std::string>* problems) {
  auto output_of = [&](const Ref& ref) -> std::optional<Value> {
    const auto* outputs = find(ref.address);
    const auto* members = outputs != nullptr ? outputs->map() : nullptr;
    const auto* found = members != nullptr ? members->find(ref.attribute) : nullptr;
    return found != nullptr ? std::optional(*found) : std::nullopt;
  };
  return rewrite(inputs, output_of, problems);
}

}  // namespace infra
