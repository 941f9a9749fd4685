// State in one SQLite file, written with a transaction for each batch.
#pragma once
#include <memory>
#include <string>

#include "base/result.h"
#include "state/store.h"

namespace infra {

// Touches nothing yet: the file and its folder are made by the first lock or commit. `stack` is the name that a new
// state gets, and that an existing one must have (E0506); empty: any.
Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const std::string& stack);

}  // namespace infra
