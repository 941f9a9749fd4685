// A param with a finite type (Bool, a union of literals) is checked under every member, not only under this run's: a
// mistake in `prod` is found while `dev` is applied.
#pragma once
#include <atomic>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics/diagnostic.h"
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
// together. assert and policy are not looked at. Several threads may share the work.
class VariantTrials {
 public:
  VariantTrials(const CompileInput& input, const Unit& stack, const Poisoned& poisoned);
  // This run has so many resources; about as many are in each variant.
  void expect(std::size_t resources);
  // Tries what nobody has begun, until nothing is left. What others have begun may still be under way.
  void work();
  void stop() { most_ = 0; }
  // When all who work have ended.
  Variants result();

 private:
  struct Trial {
    std::string param;
    Value member;
    std::string text = {};  // of the member, for messages
    Diagnostics found = {};
    std::optional<Graph> graph = {};  // unless there were errors
  };
  void run(Trial& trial);

  CompileInput input_;
  const Unit& stack_;
  const Poisoned poisoned_;
  VariantFindings findings_;
  std::vector<Trial> trials_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> most_;  // trials from this one on aren't asked for
};

}  // namespace infra
