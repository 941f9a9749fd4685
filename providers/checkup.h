// What a platform needs to be worked with, beyond that it answers: for `infra doctor`. A provider that is a HasCheckup
// tells it; nothing is changed.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "base/values/address.h"
#include "base/values/value.h"

namespace infra {

struct Check {
  std::string what;  // "credentials", "clock", "permission to look"
  bool good = true;
  bool needed = true;  // else its absence only limits what can be done
  std::string detail;
  std::string help = {};
};

// What a stack declares on a platform, and what is recorded of it.
struct DeclaredObject {
  Address address;
  std::string type;
  Value inputs = {};    // may hold Refs to outputs of others
  std::string id = {};  // of the object; empty: nothing is recorded
  Value recorded_inputs = {};
  Value recorded_outputs = {};
};

class HasCheckup {
 public:
  virtual ~HasCheckup() = default;
  virtual std::vector<Check> checkup(const std::vector<DeclaredObject>& declared) = 0;
};

}  // namespace infra
