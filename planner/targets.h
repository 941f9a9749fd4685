// --target: which owners a run is about.
#pragma once
#include "planner/slots.h"

namespace infra {

// Sets Slot::selected. A target is an owner's address, or the part of one before a '[' or '.'. What the targets need
// comes along; in a destroy, what needs them. E0704 for a target that names nothing.
void select_targets(Slots& slots, const PlanInput& input, Diagnostics& diagnostics);

// Does the target mean this owner?
bool is_target(std::string_view target, const Address& owner);

}  // namespace infra
