// What `protect` says no to: it is about the declaration. What would remove the service, its data or its address is
// refused; copies come and go with a rollout, an update, a scale-in and healing all the same.
#pragma once
#include <string_view>

#include "planner/planner.h"

namespace infra {

// Are these the tasks of a service, which are replaced one after the other?
bool is_of_tasks(std::string_view type);

// May no plan end this object? `declared`: what its address is declared as, null if nothing asks for it any more;
// `row`: its record, or null. As long as the block stands, what it says counts, else the word of the record.
bool is_guarded(const PlanInput& input, const LoweredResource* declared, const RecordedResource* row);

// The same of an object that carries its labels and isn't recorded.
bool keeps_unrecorded(const LoweredResource& declared);

}  // namespace infra
