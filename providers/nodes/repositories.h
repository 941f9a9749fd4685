// The provider type "repository": a name in an OCI registry.
#pragma once
#include <chrono>
#include <vector>

#include "providers/nodes/context.h"
#include "providers/nodes/kept.h"
#include "providers/provider.h"
#include "providers/registry/registry_client.h"

namespace infra::nodes {

// Signed in as the inputs say; those that have a grant have what it stands for (registry/grant.h).
registry::RegistryClient repository_client(const Value& inputs, const Cancel* cancel = nullptr);

// One that was started a moment ago may not listen yet: until it lets us in, for so long.
Result<Ok> wait_for_registry(const registry::RegistryClient& client, std::chrono::seconds patience,
                             const Cancel& cancel, const Progress& progress);

// A registry can't be asked by label, so only known ones are looked at: is each one's registry there? One that is down
// is unreachable, unless this stack runs it: then its container is what a plan heals, and the repositories, with their
// images in its volume, are what they were.
Result<Ok> observe_repositories(const std::vector<KnownObject>& known, const Kept& kept, Observation& out);

Result<ObjectResult> create_repository(const CreateRequest& request, const Cancel& cancel, const Progress& progress);

// Deletes the tagged manifests whose images carry this stack's labels, where the registry allows it.
Result<Ok> destroy_repository(const Ownership& owner, const ExistingObject& existing, const Cancel& cancel);

}  // namespace infra::nodes
