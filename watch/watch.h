// `infra watch`: a branch of a repository is followed, and the world kept as its newest commit says.
#pragma once
#include <chrono>
#include <map>
#include <string>

#include "base/cancel.h"
#include "providers/provider.h"
#include "watch/pass.h"
#include "watch/pass_process.h"
#include "watch/watch_events.h"
#include "watch/watch_loop.h"

namespace infra {

struct WatchOptions {
  std::string repo;
  std::string branch = "main";
  std::string path;  // the stack's folder in the repository; empty: its root
  Pace pace;
  bool once = false;
  std::string home;  // the stack's private folder, which keeps the copy of the repository too
  std::map<std::string, ParamValue> params;
  EnterEnvironment enter = {};
  int parallelism = 10;
  LockHolder me;  // who holds the state's lock while something is applied; `since` is filled in
  std::chrono::milliseconds fetch_deadline = std::chrono::seconds(60);
  PassLimits pass_limits;
  DestroyLimit most_destroyed;
  bool facts = false;                // each pass tells PassLooked
  bool allow_forced_pushes = false;  // follow a branch that goes backwards or elsewhere
  std::shared_ptr<Redactor> redactor = std::make_shared<Redactor>();
  std::shared_ptr<Keyring> keys = std::make_shared<Keyring>();
};

// Returns when `cancel` is raised (at a step's end), or after one pass with `once`. An Error is what no retry can cure:
// an address or branch name that can't be, a second watcher on the same home. All else is told to `sink` and retried.
// `open_store` is called for each pass.
Result<WatchEnd> watch(const WatchOptions& options, const Platforms& platforms, const OpenStore& open_store,
                       const Cancel& cancel, WatchSink& sink);

// The name of a stack whose files don't say one: the folder's, else the repository's.
std::string default_stack_name(const std::string& path, const std::string& repo_name);

}  // namespace infra
