// From options to a session: the one place that names the concrete platforms and the concrete store.
#pragma once
#include <memory>
#include <string>

#include "apply/session.h"
#include "cli/options.h"

namespace infra::cli {

// Owns what its session refers to; may be moved, since all of that stands on the heap.
struct OpenSession {
  std::unique_ptr<SourceTree> tree;
  std::unique_ptr<Platforms> platforms;
  std::unique_ptr<Store> store;
  std::unique_ptr<Session> session;
};

// Every platform that this program has.
Platforms all_platforms();

// The stack's folder on disk.
Result<std::unique_ptr<SourceTree>> open_tree(const std::string& folder);

// The file that keeps the state.
std::string state_path(const StackOptions& options);
// What a stack is called that doesn't say so: its folder's name.
std::string folder_name(const std::string& folder);

// The store, without looking at the stack's files.
Result<std::unique_ptr<Store>> open_state(const StackOptions& options);

// What is recorded, without looking at the stack's files.
Result<Snapshot> load_state(const StackOptions& options);

// What these options ask of a plan.
PlanRequest plan_request(const RunOptions& run, bool destroy);

Result<OpenSession> open_session(const StackOptions& options, const RunOptions& run);

}  // namespace infra::cli
