// What a task of a former revision was made from, kept so that a rollback can make it again. It holds secrets: such a
// text is sealed with the state's key; one without secrets needs no key.
#pragma once
#include <string>

#include "base/keyring.h"
#include "base/value.h"

namespace infra {

// `place`: which revision of which state it is, so that no other box can be put in its stead. A service may be renamed.
std::string place_of_revision(const std::string& lineage, const std::string& revision);
// One without secrets isn't.
bool is_sealed(const std::string& box);
Result<std::string> seal_task(const Value& task, const std::string& place, Keyring& keys);
Result<Value> open_task(const std::string& box, const std::string& place, Keyring& keys);

}  // namespace infra
