// The provider type "task": the containers of one copy of a service, on one node.
#pragma once
#include <string>
#include <vector>

#include "providers/nodes/context.h"
#include "providers/nodes/tasks/restart_watch.h"

namespace infra::nodes {

// The tasks among the entries of a list call; those of others are left out.
std::vector<ObservedObject> tasks_of(const List& entries, const Ownership& owner, const std::string& node,
                                     const std::string& host, const Restarts& restarts);
// A task with what only its node tells: how a load balancer there reaches it.
struct SeenMembers {
  ObservedObject object;
  std::string node, host;  // its node, and how others reach that
  std::string mode;        // "bridge" "host" "none" "network"
  std::string address;     // in its network or on the node's bridge
  struct Port {
    std::string container, name, protocol;
    std::int64_t inside = 0, outside = 0;  // outside 0: not published
  };
  std::vector<Port> ports;
};
std::vector<SeenMembers> members_of(const List& entries, const Ownership& owner, const std::string& node,
                                    const std::string& host);

// The entries of all of this stack's tasks.
Result<List> task_entries(Engine& engine, const Ownership& owner);
// All of this stack's tasks on the engine, from one list call; a task is what its containers are together.
Result<std::vector<ObservedObject>> list_tasks(Engine& engine, const Ownership& owner, const std::string& host,
                                               RestartWatch& watch);

// Makes and starts the containers of `containers`, in the order of `after`: the engine's ids. On failure nothing is
// left. Of a request of type "task" the engine starts again what ends; of others it doesn't.
Result<std::vector<std::string>> start_containers(const Context& context, const CreateRequest& request);

// Returns when all containers are started, in the order of `after`; of one container that is at once. Nobody waits for
// the last one's health here. On failure nothing is left.
Result<ObjectResult> create_task(const Context& context, const CreateRequest& request, const std::string& host);
// Stops its containers against the order of `after`. `id`: the task's; `containers`: its input of that name.
Result<Ok> stop_task(const Context& context, const std::string& id, const Value& containers);
// Stops its containers against the order of `after`, then removes them. What is gone already is no failure.
Result<Ok> destroy_task(const Context& context, const ExistingObject& existing);
// The entries of its containers, in any state; one that was imported is a container of its own.
Result<List> entries_of_task(const Context& context, const std::string& id);

// Why it isn't what it should be: each container that ended or is unhealthy, with the end of its log.
std::string diagnose_task(const Context& context, const ExistingObject& existing);

}  // namespace infra::nodes
