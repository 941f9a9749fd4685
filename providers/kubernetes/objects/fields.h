// Who manages which fields of an object (metadata.managedFields), and what that says about drift. Pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "providers/kubernetes/objects/object_json.h"

namespace infra::kubernetes {

// Paths of `manifest` that aren't ours any more: somebody changed them, removed them or took them over. The server
// takes a field from its manager's entry when another one writes it, so values needn't be compared, and it doesn't
// matter in which other form it gives them back ("1000m" as "1").
std::vector<std::string> lost_fields(const Json& manifest, const Json& object);

// Managers other than infra and Kubernetes' own controllers that set fields below `spec` or `data` which are not ours,
// with the first of these fields: "kubectl-edit" → "spec.template.spec.containers[web].env[DEBUG]".
std::map<std::string, std::string> foreign_fields(const Json& object);
// Have we ever applied it?
bool is_managed_by_us(const Json& object);
// The manager that set this path last, other than infra; empty: nobody known.
std::string manager_of(const Json& object, const std::string& path);

}  // namespace infra::kubernetes
