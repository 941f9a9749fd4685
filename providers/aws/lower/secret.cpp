#include "providers/aws/lower/lower.h"

namespace infra::aws {

Lowered lower_secret(const Lowering& lowering) {
  Map inputs;
  inputs.set("value", lowering.resource.config["value"]);
  Lowered out;
  out.resources.push_back(make_part(lowering, "secret", "secret", std::move(inputs), Order::create_first));
  out.outputs = entries({{"", part_of(lowering.resource, "secret", "reference")}});
  return out;
}

}  // namespace infra::aws
