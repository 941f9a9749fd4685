// Declarations for planner tests, by hand instead of from files.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "planner/planner.h"
#include "tests/planner/model_world.h"

namespace infra::test {

struct Planned {
  LoweredGraph lowered;
  Snapshot state;           // as the plan takes it to be: moved
  Diagnostics diagnostics;  // of lowering and planning
  Plan plan;
  std::vector<std::string> breaches;  // of check_plan
};

class ToyStack {
 public:
  ToyStack();
  std::map<Address, Resource> resources;
  std::map<std::string, OutputDecl> outputs;
  std::vector<PlatformDecl> platforms = {{"laptop", "toy", Map{}, {}}};
  std::map<Address, Address> moved_from;

  // Adds or replaces a declaration. `config` as ToyPlatform reads it.
  Resource& declare(const std::string& address, Map config, const std::vector<std::string>& needs = {});
  void remove(const std::string& address);

  [[nodiscard]] Graph graph() const;
  [[nodiscard]] LoweredGraph lower(Diagnostics& diagnostics, const Snapshot& state = {}) const;
  struct Request {
    std::vector<std::string> targets = {};
    bool destroy = false;
    std::vector<std::string> replace = {}, exclude = {};
    bool refresh_only = false;
  };
  [[nodiscard]] Planned plan(const ModelWorld& world, const Request& request) const;
  [[nodiscard]] Planned plan(const ModelWorld& world, std::vector<std::string> targets = {},
                             bool destroy = false) const {
    return plan(world, Request{.targets = std::move(targets), .destroy = destroy});
  }
  [[nodiscard]] const Platforms& all_platforms() const { return all_platforms_; }

 private:
  Platforms all_platforms_;
};

// A Map, also of one entry (for which a constructor's braces could mean a copy).
inline Map config(std::vector<Entry> entries) { return Map(std::move(entries)); }

// Parses or fails the test.
Address at(const std::string& address);
Value ref(const std::string& address, const std::string& attribute);

}  // namespace infra::test
