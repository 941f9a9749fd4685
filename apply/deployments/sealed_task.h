// What a task of a former revision was made from, kept so that a rollback can make it again. It holds secrets: such a
// text is sealed with the state's key; one without secrets needs no key.
#pragma once
#include <string>

#include "base/secrets/keyring.h"
#include "base/values/value.h"
#include "state/state.h"

namespace infra {

// `place`: which revision of which state it is, so that no other box can be put in its stead. A service may be renamed.
std::string place_of_revision(const std::string& lineage, const std::string& revision);
// One without secrets isn't.
bool is_sealed(const std::string& box);
Result<std::string> seal_task(const Value& task, const std::string& place, Keyring& keys);
Result<Value> open_task(const std::string& box, const std::string& place, Keyring& keys);

// What a run before a service's deletion is made from is in a box among the outputs of its hook's row.
bool is_hook(const RecordedResource& row);
RecordedResource with_box(RecordedResource hook, std::string box);
std::string box_of_hook(const RecordedResource& hook);  // empty: there is none
std::string place_of_hook(const std::string& lineage, const std::string& spec_hash);

}  // namespace infra
