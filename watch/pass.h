// One pass: the commit's folder through the same functions that `infra plan` and `infra apply` call.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "apply/deployments/breaker.h"
#include "apply/session.h"
#include "git/git_tree.h"
#include "watch/pass_process.h"
#include "watch/watch_loop.h"

namespace infra {

// What a commit's files say of the environment that the loop keeps: its params count less than those of the options.
struct PassEnvironment {
  ChosenEnvironment chosen;
  std::map<std::string, ParamValue> params;
};
using EnterEnvironment = std::function<Result<PassEnvironment>(const SourceTree& files)>;

using OpenStore = std::function<Result<std::unique_ptr<Store>>()>;

struct PassOptions {
  const Platforms& platforms;
  OpenStore open_store;
  std::string home;           // the stack's private folder
  std::string default_stack;  // if the files don't name it
  std::map<std::string, ParamValue> params;
  EnterEnvironment enter = {};  // if given, called for each commit
  int parallelism = 10;
  LockHolder me;
  std::string commit = {};                   // whose files these are
  std::optional<net::Origin> followed = {};  // where they come from
  DestroyLimit most_destroyed = {};          // of one commit that nobody has allowed more
  bool facts = false;                        // are wanted in the outcome
  std::shared_ptr<Redactor> redactor = std::make_shared<Redactor>();
  std::shared_ptr<Keyring> keys = std::make_shared<Keyring>();
};

// Modules from git are kept in the home, too. E0817 for a commit that takes away too much.
PassOutcome make_pass(const PassOptions& options, const SourceTree& sources, const PassPipe& pipe);

}  // namespace infra
