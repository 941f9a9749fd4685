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
  static constexpr int kFormat = 3;
  std::string version;  // of infra
  std::string folder;   // of the stack, and
  std::string state;    // where its state is kept (empty: in the folder): as they were given on the command line
  ChosenEnvironment environment = {};
  std::uint64_t revision = 0;  // that it goes back to; 0: the files of the folder
  std::string stack;
  std::string lineage;
  Serial serial;                              // of the state that the plan was made from
  std::map<std::string, std::string> params;  // as they were given
  std::vector<std::string> secrets;           // names of the secret ones: such a plan is always encrypted
  std::vector<std::string> targets;
  bool destroy = false;
  std::vector<std::string> replace = {};
  std::vector<std::string> exclude = {};
  bool refresh_only = false;
  std::string digest;                          // planner/render/render.h plan_digest
  std::string configuration;                   // of the texts of all files
  std::map<std::string, std::string> values;   // of each param, wherever its value came from
  std::map<std::string, std::string> reality;  // "service.api/0 4f5e…" → "container on laptop, ok"
  std::string text;                            // the plan as it was shown
  std::string plan;                            // the same as JSON
  friend bool operator==(const PlanFile&, const PlanFile&) = default;
};

// Of a prepared run without errors.
PlanFile make_plan_file(const Session& session, const PlanRequest& request, const Prepared& prepared,
                        std::string version);

std::string to_json(const PlanFile& file);
// E0710 if the text isn't a saved plan or is one of another format.
Result<PlanFile> plan_file_from_json(std::string_view json);

// Private to the user (0600); whole or not at all. Encrypted if there is a key, and in any case if the plan has
// secrets; only where the stack and its state are, and so where its key is, stands in clear.
Result<Ok> write_plan_file(const std::string& path, const PlanFile& file, Keyring& keys, Keyring::Missing missing);
using FindKeys = std::function<std::shared_ptr<Keyring>(const std::string& folder, const std::string& state)>;
Result<PlanFile> read_plan_file(const std::string& path, const FindKeys& find_keys);

// E0709 names all that has moved since: the configuration, values of params, the state, objects of the world.
Result<Ok> check_fresh(const PlanFile& file, const Prepared& prepared);

}  // namespace infra
