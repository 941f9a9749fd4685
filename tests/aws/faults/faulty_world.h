// The real program in a world that can be told what goes wrong in it.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "tests/support/private_aws.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace infra::testing {

class FaultyWorld {
 public:
  // `stack`: a folder of tests/aws/stacks.
  explicit FaultyWorld(const std::string& stack, int speed = 600);

  // infra with these arguments in the stack's folder.
  RunResult infra(const std::string& arguments) const { return shell("exec infra " + arguments); }
  // The same, killed with SIGKILL after so many calls that change something.
  [[nodiscard]] RunResult killed_after(int changes, const std::string& arguments) const;
  // What the world is asked or told: "snapshot", "faults" with JSON.
  [[nodiscard]] std::string ask(const std::string& what, const std::string& json = {}) const;
  void faults(const std::string& json) const { (void)ask("faults", json); }
  // All that is in the account, without what ends by itself: the names of what is there, sorted.
  [[nodiscard]] std::string snapshot() const { return ask("snapshot"); }
  // So many of a sort are there.
  [[nodiscard]] std::map<std::string, std::size_t> counts() const;
  RunResult shell(const std::string& script) const;

 private:
  TempFolder folder_;
  PrivateAws world_;
};

}  // namespace infra::testing
