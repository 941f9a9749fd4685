// Certificates by ACME: the provider types "acme_account" and "acme_certificate". What they were given is sealed in the
// state; here it is as long as a run lasts.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "providers/kept_secrets.h"
#include "providers/nodes/balancer/fleet.h"
#include "providers/nodes/kept.h"

namespace infra::nodes::balancer {

Result<ObjectResult> create_account(const CreateRequest& request, const Cancel& cancel, const Progress& progress,
                                    Kept& kept);
// Another email.
Result<ObjectResult> update_account(const ExistingObject& existing, const CreateRequest& request, const Cancel& cancel,
                                    const Progress& progress, const Kept& kept);

// Returns when every HAProxy of the load balancer that answers shows it. E0618 with what the authority says.
Result<ObjectResult> create_certificate(const CreateRequest& request, const Cancel& cancel, const Progress& progress,
                                        const Fleet& fleet, Kept& kept);
// Orders only what isn't there yet: a HAProxy that shows another certificate gets the one that is kept.
Result<ObjectResult> update_certificate(const ExistingObject& existing, const CreateRequest& request,
                                        const Cancel& cancel, const Progress& progress, const Fleet& fleet, Kept& kept);

// What is recorded is what there is; one that a HAProxy doesn't show has changed.
Result<Ok> observe_certificates(const std::vector<KnownObject>& known, const Fleet& fleet, const Kept& kept,
                                std::vector<ObservedObject>& out);

// What a listener of `balancer` shows from its start: what is kept, or one of our own until there is another.
std::string first_certificate(const Address& balancer, const Value& listener, const Kept& kept);

}  // namespace infra::nodes::balancer
