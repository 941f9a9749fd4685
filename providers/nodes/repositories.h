// The provider type "repository": a name in an OCI registry.
#pragma once
#include <vector>

#include "providers/nodes/context.h"
#include "providers/provider.h"

namespace infra::nodes {

// A registry can't be asked by label, so only known ones are looked at: is each one's registry there? One whose
// registry this stack runs itself is `failed` when that is down, for then a plan can heal it; another's is a silence.
Result<Ok> observe_repositories(const std::vector<KnownObject>& known, Observation& out);

Result<ObjectResult> create_repository(const CreateRequest& request, const Cancel& cancel, const Progress& progress);

// Deletes the tagged manifests whose images carry this stack's labels, where the registry allows it.
Result<Ok> destroy_repository(const Ownership& owner, const ExistingObject& existing);

}  // namespace infra::nodes
