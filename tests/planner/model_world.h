// A world and a record in memory, and what a run of a plan's steps makes of them. Nothing of the product's executor is
// used: it says what a plan means.
#pragma once
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "planner/planner.h"

namespace infra::test {

struct Thing {
  ObservedObject object;
  Value inputs;
};

struct RunReport {
  std::size_t done = 0, failed = 0, skipped = 0;
  // What a plan must never lead to: an input that isn't known when it is needed, a network that goes while a container
  // is in it.
  std::vector<std::string> problems;
};

// In which order ready steps run, and which fail.
struct RunOptions {
  std::function<std::size_t(std::size_t ready)> pick = [](std::size_t) { return std::size_t{0}; };
  std::function<bool(const Address&, Step::Kind)> fails = [](const Address&, Step::Kind) { return false; };
};

class ModelWorld {
 public:
  ModelWorld();
  Snapshot state;
  std::vector<Thing> things;
  std::vector<Observation::Unreachable> unreachable;

  [[nodiscard]] Observation observe() const;
  RunReport run(const Plan& plan, const LoweredGraph& desired, const RunOptions& options = {});

  Thing* find(const Address& address, const std::string& id = {});
  bool remove(const Address& address);  // by hand, behind the record's back
  void add_stray(const Address& address, const std::string& type, const std::string& platform);
  // "network-1 subnet.main/0 {…}" a line.
  [[nodiscard]] std::string dump() const;

 private:
  friend class Run;
  std::string next_id(const std::string& type);
  std::uint64_t made_ = 0;
};

}  // namespace infra::test
