#include "apply/prepare/renewals.h"

#include <algorithm>

#include "base/codec.h"

namespace infra {
namespace {

const RecordedResource* row_of(const Snapshot& state, const Address& address) {
  const auto at = std::lower_bound(state.resources.begin(), state.resources.end(), address,
                                   [](const RecordedResource& row, const Address& a) { return row.address < a; });
  return at != state.resources.end() && at->address == address && !at->deposed ? &*at : nullptr;
}

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
    const auto* row = resource.type == "acme_certificate" ? row_of(state, resource.address) : nullptr;
    if (row == nullptr || resource.inputs.map() == nullptr) continue;
    const auto inputs = from_json(row->inputs);
    const auto outputs = from_json(row->outputs);
    if (!inputs || !outputs) continue;  // the plan reports a damaged record
    auto wanted = *resource.inputs.map();
    wanted.set("renews", is_due(*outputs, now) ? (*outputs)["expires"] : (*inputs)["renews"]);
    resource.inputs = std::move(wanted);
  }
}

}  // namespace infra
