// The runs of jobs as the engine's list call shows their containers.
#pragma once
#include <string>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

// The platform's id of a run is "NODE/TOKEN": where it ran can't change, and needs no record to be found.
std::string run_id(const std::string& node, const std::string& token);
std::string node_of_run(std::string_view id);
std::string token_of_run(std::string_view id);

// One container of a run, as far as it decides what the run came to.
struct RunMember {
  std::string label;
  std::string id;     // the engine's
  std::string state;  // the engine's word: "created" "running" "exited" …
  bool essential = true;
  int exit = 0;               // of one that ended
  std::string finished = {};  // RFC 3339 in UTC, of one that ended; empty: not asked for
};
// `size`: how many the run should have; 0: not known. Starting until the first essential container has ended and the
// others with it; then completed, or stopped with the exit code of the one that ended first. Pure.
Health health_of_run(const std::vector<RunMember>& members, std::size_t size);

// Of this stack, on the engine's node; one list call, and one more for each of several containers that have ended.
Result<std::vector<ObservedObject>> list_runs(Engine& engine, const Ownership& owner);

}  // namespace infra::nodes
