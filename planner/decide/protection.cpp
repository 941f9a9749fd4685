#include "planner/decide/protection.h"

#include <algorithm>

#include "planner/rollout/task_set.h"

namespace infra {
namespace {

bool stands(const LoweredGraph& desired, const Address& owner) {
  const auto at = std::lower_bound(desired.owners.begin(), desired.owners.end(), owner,
                                   [](const LoweredOwner& o, const Address& a) { return o.address < a; });
  return at != desired.owners.end() && at->address == owner;
}

}  // namespace

bool is_of_tasks(std::string_view type) { return type == kTaskSet; }

bool is_guarded(const PlanInput& input, const LoweredResource* declared, const RecordedResource* row) {
  if (declared != nullptr) return declared->options.protect && (input.destroy || !is_of_tasks(declared->type));
  if (row == nullptr || !row->protect) return false;
  const bool spare = !input.destroy && stands(input.desired, row->address.owner()) && is_of_tasks(row->type);
  return !spare;
}

bool keeps_unrecorded(const LoweredResource& declared) {
  return declared.options.keep || (declared.options.protect && !is_of_tasks(declared.type));
}

}  // namespace infra
