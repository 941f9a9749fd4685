// From what a service wants, what is recorded and what is seen to a Deployment: which copies stay, which go, how many
// have to be made. Pure. Where those are made is place.h's.
#pragma once
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/hash.h"
#include "planner/rollout/deployment.h"
#include "planner/rollout/task_set.h"
#include "providers/provider.h"
#include "state/state.h"

namespace infra {

// All that is known of the tasks of one service.
struct TasksNow {
  std::span<const RecordedResource* const> rows;        // sorted by address
  std::span<const ObservedObject* const> observed;      // sorted by address, then id
  const std::set<std::string_view>* orphans = nullptr;  // ids of observed ones that are taken back only as they are
};

struct AssembleInput {
  Address service;  // service.api
  std::string platform;
  const Value* want = nullptr;     // inputs of the task_set; null: it goes
  std::string from;                // revision that the last complete deployment left; empty: none
  int from_copies = 0;             // how many it had
  std::optional<int> scaled = {};  // what a load asked for last
  bool held = false;               // see Deployment: what `from` left is healed, and `want` waits
  TasksNow now;
  std::span<const ObservedHost> hosts;       // of the platform
  std::span<const std::string> unreachable;  // nodes that don't answer; sorted
  HashKey key;
  bool replace_all = false;           // asked for
  std::vector<Address> replace = {};  // single tasks, asked for; sorted
};

struct Assembled {
  Deployment deployment;         // `start` and `back` without nodes yet
  PlaceRequest request;          // for what has to be made
  std::vector<std::string> why;  // what is wrong with what there is, each a sentence; empty: nothing
  std::size_t drained = 0;       // so many of these are copies on nodes that are drained: nobody has changed anything
  bool unrecorded = false;       // what there is isn't what is recorded: a copy is gone, or unknown
  bool differs = false;          // something is to be started, stopped or recorded
};
Assembled assemble(const AssembleInput& input);

// Recorded tasks that aren't seen, though their nodes answer. `unreachable`: sorted.
std::vector<const RecordedResource*> gone_tasks(const TasksNow& now, std::span<const std::string> unreachable);

}  // namespace infra
