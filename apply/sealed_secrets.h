// What objects were given to keep (providers/kept_secrets.h) lies in a box among the outputs of their rows.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/secrets/keyring.h"
#include "base/secrets/redactor.h"
#include "providers/provider.h"
#include "state/state.h"

namespace infra {

// Empty: there is none.
std::string box_of_kept(const RecordedResource& row);
RecordedResource with_kept(RecordedResource row, std::string box);
std::string place_of_kept(const std::string& lineage, const RecordedResource& row);

// Puts the box in the secret's place, and hides it from what is shown from now on. Without keys (a trial run) nothing
// is kept.
Result<Ok> seal_kept(const Intent& intent, ObjectResult& result, const std::string& lineage, Keyring* keys,
                     Redactor& redactor);

// Opens what is recorded and tells the providers that know what to do with it.
Result<Ok> tell_kept(const Snapshot& state, const std::map<std::string, std::unique_ptr<Provider>>& providers,
                     Keyring& keys, Redactor& redactor);

}  // namespace infra
