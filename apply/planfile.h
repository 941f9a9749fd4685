// A plan that was saved to be applied later: not the plan itself, but what it takes to make it again and to know that
// it is the same. Whoever applies it prepares anew with these params and targets, and executes only if check_fresh
// agrees.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "apply/session.h"
#include "base/result.h"

namespace infra {

struct PlanFile {
  static constexpr int kFormat = 1;
  std::string version;  // of infra
  std::string folder;   // of the stack, and
  std::string state;    // where its state is kept (empty: in the folder): as they were given on the command line
  std::string stack;
  std::string lineage;
  Serial serial;                              // of the state that the plan was made from
  std::map<std::string, std::string> params;  // as they were given; without secrets
  std::vector<std::string> secrets;           // names of params that must be given again
  std::vector<std::string> targets;
  bool destroy = false;
  std::vector<std::string> replace = {};
  std::vector<std::string> exclude = {};
  bool refresh_only = false;
  std::string digest;         // planner/render.h plan_digest
  std::string configuration;  // of the texts of all files
  friend bool operator==(const PlanFile&, const PlanFile&) = default;
};

// Of a prepared run without errors.
PlanFile make_plan_file(const Session& session, const PlanRequest& request, const Prepared& prepared,
                        std::string version);

std::string to_json(const PlanFile& file);
// E0710 if the text isn't a saved plan or is one of another format.
Result<PlanFile> plan_file_from_json(std::string_view json);

// Private to the user (0600); whole or not at all.
Result<Ok> write_plan_file(const std::string& path, const PlanFile& file);
Result<PlanFile> read_plan_file(const std::string& path);

// E0709 names what has moved since: the state, the configuration, or reality.
Result<Ok> check_fresh(const PlanFile& file, const Prepared& prepared);

}  // namespace infra
