// From options to a session: the one place that names the concrete platforms and the concrete store.
#pragma once
#include <memory>
#include <string>

#include "apply/session.h"
#include "git/module_tree.h"
#include "keys/key_source.h"
#include "workspace/options.h"

namespace infra {

// Owns what its session refers to; may be moved, since all of that stands on the heap.
struct OpenSession {
  std::unique_ptr<ModuleTree> tree;
  std::unique_ptr<Platforms> platforms;
  std::unique_ptr<Store> store;
  std::unique_ptr<Session> session;
};

// Every platform that this program has.
Platforms all_platforms();

// The stack's folder on disk, and its modules in git, which are kept in FOLDER/.infra/modules.
// Neither the state nor the secrets' key is part of it, wherever the options put them.
Result<std::unique_ptr<ModuleTree>> open_tree(const StackOptions& options);
Result<std::unique_ptr<ModuleTree>> open_tree(const std::string& folder);

// Where the state is: --state, INFRA_STATE, or a file in the stack's folder. A URL may hold a password: show
// state_name().
std::string state_path(const StackOptions& options);
std::string state_name(const StackOptions& options);
// The stack's private folder: a simulator keeps its world there, a distant state what it couldn't record.
std::string state_home(const StackOptions& options);
// What a stack is called that doesn't say so: its folder's name.
std::string folder_name(const std::string& folder);

// The store, without looking at the stack's files.
Result<std::unique_ptr<Store>> open_state(const StackOptions& options);

// E0004 if `state_exists` and it doesn't.
Result<Ok> check_state(const StackOptions& options);

// What is recorded, without looking at the stack's files.
Result<Snapshot> load_state(const StackOptions& options);

// From now on the session reads these files.
void use_files(OpenSession& open, std::unique_ptr<SourceTree> files);

// What these options ask of a plan.
PlanRequest plan_request(const RunOptions& run, bool destroy);

// Where the keys of its secrets are, and the keyring that looks there.
KeyPlaces key_places_of(const StackOptions& options);
std::shared_ptr<Keyring> open_keyring(const StackOptions& options);

Result<OpenSession> open_session(const StackOptions& options, const RunOptions& run);

}  // namespace infra
