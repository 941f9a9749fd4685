// --refresh-only: the record takes over what was found; nothing outside is changed.
#pragma once
#include "planner/draft.h"

namespace infra {

// What a slot with a current row becomes: forgotten if its object is gone, given the outputs that were seen if they
// differ.
void refresh_recorded(Draft& draft, std::size_t slot);

// The recorded outputs with what was seen in the place of what differs.
Value refreshed_outputs(Draft& draft, std::size_t slot);

// The slot's current row takes over what was seen: an update of the record alone.
void record_what_was_seen(Draft& draft, std::size_t slot);

}  // namespace infra
