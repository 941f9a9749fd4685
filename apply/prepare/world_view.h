// Looking at the world: the providers of a run, and one observation of them all.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apply/session.h"

namespace infra {

using Providers = std::map<std::string, std::unique_ptr<Provider>>;

// A provider for every platform that objects are declared or recorded on; for one that is no longer declared, with the
// config of the record. A platform without objects isn't asked anything. What can't be opened goes to `errors`.
Providers open_providers(const Session& session, const LoweredGraph& desired, const Snapshot& state,
                         const Ownership& owner, std::vector<Error>& errors);

// What a killed run asked for may not have happened yet: as long as the slowest of its platforms lingers.
void wait_for_late_changes(const Providers& providers, const std::vector<Intent>& intents);

// What all of them see, at the same time. An object that a create intent may have made is asked for as known, without
// an id, so that an unreachable place can name it.
Observation observe_all(const Providers& providers, const Snapshot& state, std::vector<Error>& errors);

}  // namespace infra
