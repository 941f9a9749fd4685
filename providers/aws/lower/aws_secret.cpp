#include "providers/aws/lower/aws_lower.h"

namespace infra::aws {

Lowered lower_secret(const Lowering& lowering) {
  const auto& name = lowering.resource.config["name"];
  Map inputs;
  if (!name.is_null()) inputs.set("name", name);
  inputs.set("value", lowering.resource.config["value"]);
  Lowered out;
  out.resources.push_back(make_part(lowering, "secret", "secret", std::move(inputs), order_of_named(name)));
  out.outputs = entries({{"", part_of(lowering.resource, "secret", "reference")}});
  return out;
}

}  // namespace infra::aws
