// Importing into a service: a container that somebody else started becomes the first task of its set.
#pragma once
#include "apply/prepare/import.h"
#include "base/hash.h"

namespace infra {

struct ImportedTask {
  RecordedResource set;   // service.api/tasks, as if its last deployment had left this one task
  RecordedResource task;  // service.api/0
};

// `set`: the lowered `task_set`; `found`: what Provider::read said for the type `task`. Where the platform doesn't
// tell, what is declared is taken to be true. The set's reason to be deployed is then whatever differs.
ImportedTask imported_task(const LoweredResource& set, const FoundObject& found, const HashKey& key);

}  // namespace infra
