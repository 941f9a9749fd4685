// What is nothing in the world and is there as long as it is recorded: task sets, which give what their tasks give, and
// hooks.
#pragma once
#include "providers/provider.h"
#include "state/state.h"

namespace infra {

// Adds an object for each of them to what was observed; a task set's with the URLs that its tasks have now. Keeps the
// observation sorted.
void add_record_echoes(const Snapshot& state, Observation& observed);

// The object of one, whose tasks are among these.
ObservedObject task_set_echo(const RecordedResource& row, const std::vector<ObservedObject>& sorted);

// The URLs of tasks, in the order of their numbers. `outputs` are of the type `task`.
Value joined_urls(const std::vector<const Value*>& outputs);
// Tasks by number: 2 before 10.
bool earlier_task(const Address& a, const Address& b);

}  // namespace infra
