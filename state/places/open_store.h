// From the words of --state to a store.
#pragma once
#include <memory>
#include <string>

#include "base/result.h"
#include "state/store.h"

namespace infra {

// `where`: the path of a file, or "postgres://…". `stack` and `folder` as for SqlStore. Touches nothing yet.
Result<std::unique_ptr<Store>> open_store(const std::string& where, const std::string& stack,
                                          const std::string& folder = {});
// What may be shown of it: without a password.
std::string name_of_state(const std::string& where);
// What may be kept in a file, to open it again: a server's password is looked for elsewhere then.
std::string state_to_keep(const std::string& where);
bool is_distant_state(const std::string& where);

}  // namespace infra
