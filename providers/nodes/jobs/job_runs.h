// The provider type "job_run": one run of a job, on one node.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

using NodeEngines = std::map<std::string, std::unique_ptr<Engine>>;

// Where a run of these inputs starts: of its `nodes` (none: of all) that answer the one with the fewest running
// containers. The first one's error if none does.
Result<Engine*> choose_node(const NodeEngines& engines, const Value& inputs, const std::vector<std::string>& drained);

// Returns when its containers are started, in the order of `after`; nobody waits for their end here.
Result<ObjectResult> create_run(const Context& context, const CreateRequest& request);
// It is what it is: what may differ (its nodes, timeout, credentials) is for the next run.
Result<ObjectResult> update_run(const Context& context, const ExistingObject& existing);
Result<Ok> destroy_run(const Context& context, const ExistingObject& existing);

// How the known runs of the context's node are: of one that failed with the end of its log. One whose essential
// container has ended, or whose `timeout` is over, is stopped.
Result<std::vector<ObservedObject>> poll_runs(const Context& context, const std::vector<KnownObject>& known,
                                              Moment now);

}  // namespace infra::nodes
