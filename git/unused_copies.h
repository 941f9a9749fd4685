// Bare copies of modules that no stack needs any more.
#pragma once
#include <string>

namespace infra {

// Removes the copies in a folder of them that no stack has used for a week. Never one that is in use.
void drop_unused_copies(const std::string& folder);
// Somebody uses it.
void note_use(const std::string& copy);

}  // namespace infra
