// What the tasks of a service's newest revisions were made from, sealed in its record: so that a rollback can make
// them again.
#pragma once
#include <optional>
#include <string>

#include "base/secrets/keyring.h"
#include "base/values/value.h"
#include "state/state.h"

namespace infra {

// Seals the task of row.to, unless it is there already. The newest ones stay, and in any case the one that a rollback
// goes back to: row.from.
Result<Ok> keep_revision(RecordedDeployment& row, const Value& task, const std::string& lineage, Keyring& keys);
// The task of row.from; nullopt: it isn't kept.
Result<std::optional<Value>> former_task(const RecordedDeployment& row, const std::string& lineage, Keyring& keys);

}  // namespace infra
