#include "apply/prepare/renewals.h"

#include "apply/find_by_address.h"
#include "base/values/codec.h"

namespace infra {
namespace {

std::optional<UtcMoment> moment_in(const Value& value) {
  const auto moment = value.string() != nullptr ? parse_rfc3339(*value.string()) : std::nullopt;
  if (!moment) return std::nullopt;
  return std::chrono::time_point_cast<std::chrono::milliseconds>(*moment);
}

// A third of its life is left, or less.
bool is_due(const Value& outputs, UtcMoment now) {
  const auto begins = moment_in(outputs["begins"]);
  const auto expires = moment_in(outputs["expires"]);
  return begins && expires && (*expires - now) * 3 <= *expires - *begins;
}

}  // namespace

void renew_certificates(LoweredGraph& declared, const Snapshot& state, UtcMoment now) {
  for (auto& resource : declared.resources) {
    const auto* row =
        resource.type == "acme_certificate" ? find_by_address(state.resources, resource.address) : nullptr;
    if (row == nullptr || row->deposed || resource.inputs.map() == nullptr) continue;
    const auto inputs = from_json(row->inputs);
    const auto outputs = from_json(row->outputs);
    if (!inputs || !outputs) continue;  // the plan reports a damaged record
    auto wanted = *resource.inputs.map();
    wanted.set("renews", is_due(*outputs, now) ? (*outputs)["expires"] : (*inputs)["renews"]);
    resource.inputs = std::move(wanted);
  }
}

}  // namespace infra
