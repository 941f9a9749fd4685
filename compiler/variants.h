// A param with a finite type (Bool, a union of literals) is checked under every member, not only under this run's: a
// mistake in `prod` is found while `dev` is applied.
#pragma once
#include <atomic>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "compiler/compile.h"
#include "compiler/names/compilation_units.h"
#include "compiler/poisoned.h"

namespace infra {

// What was found in variants; reported is what isn't wrong in this run, with "when env = prod".
class VariantFindings {
 public:
  void add(const std::string& param, const std::string& member, const Diagnostics& found);
  // `everywhere`: the run itself has no value for these params, so what all members have needs no "when".
  void report(Diagnostics& into) const;
  void expect_members(const std::string& param, std::size_t members) { members_[param] = members; }

 private:
  struct Finding {
    Diagnostic diagnostic;
    std::string param;
    std::vector<std::string> members;
  };
  std::vector<Finding> findings_;
  std::map<std::string, std::size_t> members_;  // of params that the run has no value for
};

struct Variants {
  std::vector<Variant> right;  // those without errors
  VariantFindings findings;    // of all
};

// Expands and checks the stack under each other value of each such param, the others as in this run (not the product).
// Bounded, so that a check stays cheap: 64 variants, 32 members of one param, and 20,000 resources in all variants
// together. assert and policy are not looked at. Ends early, with whatever it has, once `stop` says so.
Variants try_variants(const CompileInput& input, const Unit& stack, const Poisoned& poisoned,
                      const std::atomic<bool>& stop);

}  // namespace infra
