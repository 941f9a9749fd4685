// A stack's life on the simulator: files come, are applied, and the process may die meanwhile.
#pragma once
#include <random>
#include <string>

#include "apply/lease.h"
#include "tests/apply/fate.h"
#include "tests/simulation/mortal.h"
#include "tests/support/temp_folder.h"

namespace infra::test {

// One thing that a user does: files and `apply`, or `destroy`.
struct Act {
  bool destroy = false;
  std::string text;  // of main.infra
  int runs = 0;      // of jobs before the deletion of a service
};

class Life {
 public:
  explicit Life(std::uint64_t seed) : dice_(seed) {}

  // Counts what is made from now on.
  void begin();
  // Like `infra apply -y` and `infra destroy -y`. Errors fail the test. False if the process died.
  bool live(const Act& act);
  // The same; dies at its k-th moment, if it has so many.
  bool live(const Act& act, int dies_at);
  // Was everything that is run before the deletion of a service run once in this act, however often it died?
  void check_runs(const Act& act);
  // Everything that must hold of the record at any moment.
  void check_record();
  // Everything that must hold once an act is done: nothing to do, nothing left of others, each object recorded once.
  void check_converged(const Act& act);

 private:
  void carry_out(const Act& act);
  // True if another stage follows.
  bool carry_out_stage(const Act& act);
  Prepared prepare(const Act& act);
  void check_world();

  std::mt19937_64 dice_;
  Fate fate_;
  Made made_;                               // since the act began
  testing::TempFolder folder_{"/dev/shm"};  // the disk is slow, and a thousand processes die here
};

}  // namespace infra::test
