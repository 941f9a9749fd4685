// What `apply` and `destroy` have in common: show, ask, take a lease, look again, execute, report.
#pragma once
#include <functional>
#include <string>

#include "cli/shared_options.h"
#include "workspace/open_session.h"

namespace infra::cli {

struct ChangeOptions {
  StackOptions stack;
  RunOptions run;
  bool destroy = false;
  bool yes = false;
  std::string plan_file;  // of `apply FILE`; see saved_plan.h
  std::string command;    // what was typed, if it is neither apply nor destroy
  // What is noted beside the objects, if set; an error ends the change.
  std::function<Result<std::vector<Noting>>(const OpenSession& open)> notes = {};
  // Asked of each plan before it is shown, if set; an error ends the change.
  std::function<Result<Ok>(const Session& session, const Plan& plan)> check = {};
};

// Returns the exit code.
int run_change(const ChangeOptions& options);
// The same of other files or params than the folder's: `reroute` changes the session before anything is done.
using Reroute = std::function<Result<Ok>(OpenSession& open)>;
int run_change_of(const ChangeOptions& options, const Reroute& reroute);

}  // namespace infra::cli
