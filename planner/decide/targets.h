// --target, --exclude, --replace: which owners a run is about.
#pragma once
#include "planner/decide/slots.h"
#include "planner/plan.h"

namespace infra {

// Sets Slot::selected. A target is an owner's address, or the part of one before a '[' or '.'. What the targets need
// comes along; in a destroy, what needs them. E0704 for a target that names nothing.
void select_targets(Slots& slots, const PlanInput& input, Diagnostics& diagnostics);

// Takes what `exclude` names out of Slot::selected, with what can't be changed without it: what needs it; of what is to
// be destroyed, what it needs. Sorted. E0704 for one that names nothing.
std::vector<LeftOut> leave_out(Slots& slots, const PlanInput& input, Diagnostics& diagnostics);

// Takes out of Slot::selected what waits for a later stage, with what stands or falls with it.
void leave_to_later_stages(Slots& slots, const PlanInput& input);
bool is_left_to_later(const LoweredGraph& desired, const Address& owner);

// E0704 of an address that `option` gave, with a guess at what was meant.
void report_unknown_address(std::string_view option, const std::string& given, const Slots& slots,
                            const PlanInput& input, Diagnostics& diagnostics);

// E0704 for a `replace` that names nothing that is declared.
void check_replace(const Slots& slots, const PlanInput& input, Diagnostics& diagnostics);
bool is_to_replace(const PlanInput& input, const Address& part);

// Does the target mean this owner?
bool is_target(std::string_view target, const Address& owner);

}  // namespace infra
