// Task sets: what a service's tasks need, beside what its declaration says.
#pragma once
#include "planner/draft.h"

namespace infra {

// Of a declared set whose inputs were compared (`change.after` and `action` stand): the deployment that it needs, if it
// needs one. `recorded`: there is a row of it on this platform.
void decide_task_set(Draft& draft, std::size_t slot, bool recorded);

// Of a recorded set in a run that may only change the record: tasks that are gone are forgotten with it.
void refresh_task_set(Draft& draft, std::size_t slot);

// Of a set that goes: all its tasks on this platform. Index into Draft::sets.
std::size_t end_task_set(Draft& draft, std::size_t slot, const RecordedResource& row);

// The attributes of a new set, and of a changed one as people know them.
std::vector<AttributeChange> attributes_of_new_set(const Value& inputs);
std::vector<AttributeChange> shown_attributes(std::vector<AttributeChange> all, const Value& inputs);

}  // namespace infra
