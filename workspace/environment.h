// Which of a stack's environments a run is in: docs/adr/0020-environments.md.
#pragma once
#include <vector>

#include "base/sources/source.h"
#include "compiler/names/environments.h"
#include "workspace/options.h"
#include "workspace/params.h"

namespace infra {

// Those that the files at the root of `tree` declare. What is wrong with them is found by compiling.
Result<std::vector<Environment>> environments_of(const SourceTree& tree);

enum class EnvironmentUse {
  required,  // the run reads or changes a state: if the stack has environments, one must be chosen
  optional,  // it only looks at the files
};

// Takes --env or INFRA_ENV, and puts the environment's values file in front of the given ones, its state where none was
// given, and its name and platform into `stack.environment`. E0908 for an unknown one, and for none where one is
// required.
Result<Ok> choose_environment(StackOptions& stack, EnvironmentUse use);

// What a commit's files give a run that is in one of their environments.
struct EnteredEnvironment {
  ChosenEnvironment chosen;
  Params params;  // of its values file
};

// The same for files that aren't a folder's: of a commit, each of which has environments of its own. `name` may be
// empty: E0908 if there are any. The environment's `state` isn't looked at: E0908 if it is a server's and `state` is
// another place, since whoever follows the stack has to say where its state is before its files are there.
Result<EnteredEnvironment> enter_environment(const SourceTree& tree, const std::string& name, const std::string& state);

}  // namespace infra
