// A service changes to other target groups. By itself ECS ends the old copies as soon as the new ones are healthy, and
// a rule that still leads to the old group would have nobody to send requests to. So the old copies are protected until
// the traffic has moved; should this run be killed meanwhile, that ends by itself.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

// Does an update take the service's requests from some target groups to others?
bool hands_over(const Call& call);

// Before the service is updated: as many of its oldest copies as must serve at all times. Their ARNs.
Result<List> hold_copies(const Call& call);
// Afterwards: once the new copies are healthy they get the requests, and the old ones may go. Ends without an error
// also where the deployment has failed: whoever waits for it says so.
Result<Ok> hand_over(Call& call, const List& held);
Result<Ok> let_go(const Call& call, const List& held);

}  // namespace infra::aws
