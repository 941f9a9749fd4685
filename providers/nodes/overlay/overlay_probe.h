// Whether containers of each node reach those of the others: packets of full size both ways between every two, all at
// once, over a network that is there for the while.
#pragma once
#include "providers/nodes/overlay/overlay_members.h"

namespace infra::nodes::overlay {

// E0619 names who doesn't hear whom, and the port. Of nodes that don't answer nothing is asked.
Result<Ok> probe(const Nodes& nodes, Members& members, const std::string& name);

// What a killed probe has left on these nodes; what can't be removed now stays for the next.
void remove_probes(const Nodes& nodes, const Members& members);

}  // namespace infra::nodes::overlay
