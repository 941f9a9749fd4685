#include "planner/protection.h"

#include <algorithm>

namespace infra {
namespace {

bool stands(const LoweredGraph& desired, const Address& owner) {
  const auto at = std::lower_bound(desired.owners.begin(), desired.owners.end(), owner,
                                   [](const LoweredOwner& o, const Address& a) { return o.address < a; });
  return at != desired.owners.end() && at->address == owner;
}

// A record doesn't say whether it is of a copy: its siblings do. A service that was scaled to nothing has none left.
bool was_copy(const LoweredGraph& desired, const RecordedResource& row) {
  const auto owner = row.address.owner();
  auto part = std::lower_bound(desired.resources.begin(), desired.resources.end(), owner,
                               [](const LoweredResource& r, const Address& a) { return r.address < a; });
  bool alone = true;
  for (; part != desired.resources.end() && part->address.owner() == owner; ++part) {
    if (is_copy(*part) && part->type == row.type) return true;
    alone = false;
  }
  return alone && owner.kind == "service";
}

}  // namespace

bool is_copy(const LoweredResource& part) { return !part.batch.empty(); }

bool is_guarded(const PlanInput& input, const LoweredResource* declared, const RecordedResource* row) {
  if (declared != nullptr) return declared->options.protect && (input.destroy || !is_copy(*declared));
  if (row == nullptr || !row->protect) return false;
  const bool spare = !input.destroy && stands(input.desired, row->address.owner()) && was_copy(input.desired, *row);
  return !spare;
}

bool keeps_unrecorded(const LoweredResource& declared) {
  return declared.options.keep || (declared.options.protect && !is_copy(declared));
}

}  // namespace infra
