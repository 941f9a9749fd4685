// Who may change a state: an flock on a file beside it, with the holder's name inside for those who find it taken.
#pragma once
#include <memory>
#include <string>

#include "state/store.h"

namespace infra {

// The kernel frees it when the process dies, however it dies. E0501 names the holder.
Result<std::unique_ptr<StateLock>> lock_file(const std::string& path, const std::string& what, const LockHolder& me);

}  // namespace infra
