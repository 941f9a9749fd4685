// Outputs that others write after an object was made: every plan lets the record take them over.
#pragma once
#include "planner/draft.h"

namespace infra {

// Of a slot whose object is as declared: an update of the record alone, if there is any that the record doesn't have.
void take_late_outputs(Draft& draft, std::size_t slot);

}  // namespace infra
